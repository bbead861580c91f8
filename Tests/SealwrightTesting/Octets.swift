// SPDX-License-Identifier: Apache-2.0

extension Array<UInt8> {
    /// Where a pattern begins first.
    package func firstIndex(of pattern: [UInt8]) -> Int? { firstRange(of: pattern)?.lowerBound }

    /// The octets with the first occurrence of a pattern replaced; `nil` when there is none.
    package func replacing(first pattern: [UInt8], by other: [UInt8]) -> [UInt8]? {
        guard let range = firstRange(of: pattern) else { return nil }
        return Array(self[..<range.lowerBound]) + other + self[range.upperBound...]
    }
}
