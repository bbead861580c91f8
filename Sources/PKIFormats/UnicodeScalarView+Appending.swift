// SPDX-License-Identifier: Apache-2.0

extension String.UnicodeScalarView {
    /// Appends scalars one after the other.
    ///
    /// `append(contentsOf:)` copies the whole text at each call, so that a text made piece by piece with it takes a
    /// time that grows with the square of its length: half a minute for a megabyte of quotes.
    package mutating func append(each scalars: some Sequence<Unicode.Scalar>) {
        for scalar in scalars { append(scalar) }
    }
}
