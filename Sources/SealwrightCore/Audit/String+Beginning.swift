// SPDX-License-Identifier: Apache-2.0

extension String {
    /// The first characters of a text that somebody outside chose, for log and audit trail.
    ///
    /// Counted are scalars: what Swift counts as one character may hold any number of them.
    package func beginning(_ count: Int) -> String { String(unicodeScalars.prefix(count)) }
}
