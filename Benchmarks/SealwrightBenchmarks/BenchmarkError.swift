// SPDX-License-Identifier: Apache-2.0

/// A benchmark could not be carried out; nothing was measured.
struct BenchmarkError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
