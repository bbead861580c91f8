// SPDX-License-Identifier: Apache-2.0

extension BidirectionalCollection {
    /// What is left without the padding at either end.
    ///
    /// What counts as padding is the format's to say: XML has four white spaces, PEM two, old SCEP peers pad with NUL.
    ///
    /// - Parameter isPadding: whether an element is padding.
    /// - Returns: the part between the padding; nothing where all of it is padding.
    @inlinable
    package func trimming(while isPadding: (Element) -> Bool) -> SubSequence {
        guard let first = firstIndex(where: { !isPadding($0) }), let last = lastIndex(where: { !isPadding($0) }) else {
            return self[endIndex...]
        }
        return self[first...last]
    }
}
