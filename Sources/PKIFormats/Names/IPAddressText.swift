// SPDX-License-Identifier: Apache-2.0

/// IP addresses between text and octets, without the C library.
///
/// Source: RFC 4291, section 2.2; RFC 5952, section 4.
public enum IPAddressText {
    /// Reads an IPv4 address to 4 octets or an IPv6 address to 16.
    ///
    /// - Returns: `nil` for anything else; numbers with leading zeros, which some read as octal, are refused.
    public static func parse(_ text: some StringProtocol) -> [UInt8]? {
        guard text.utf8.count <= 45 else { return nil }
        return text.contains(":") ? parseV6(String(text)) : parseV4(String(text))
    }

    /// The text of 4 or 16 octets, `nil` for any other number.
    ///
    /// IPv6 is written as RFC 5952 recommends.
    public static func format(_ octets: some Collection<UInt8>) -> String? {
        switch octets.count {
        case 4: octets.map { String($0) }.joined(separator: ".")
        case 16: formatV6(Array(octets))
        default: nil
        }
    }

    private static func parseV4(_ text: String) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var octets: [UInt8] = []
        for part in parts {
            let digits = Array(part.utf8)
            guard (1...3).contains(digits.count), digits.allSatisfy(\.isASCIIDigit),
                digits.count == 1 || digits.first != 0x30, let octet = UInt8(part)
            else { return nil }
            octets.append(octet)
        }
        return octets
    }

    private static func parseV6(_ text: String) -> [UInt8]? {
        let halves = splitAtDoubleColon(text)
        guard let halves, let front = groups(halves.front, isLast: halves.back == nil) else { return nil }
        guard let backText = halves.back else { return front.count == 16 ? front : nil }
        guard let back = groups(backText, isLast: true), front.count + back.count <= 14 else { return nil }
        return front + [UInt8](repeating: 0, count: 16 - front.count - back.count) + back
    }

    /// The text before and after `::`; `back` is `nil` without one, the result is `nil` with several.
    private static func splitAtDoubleColon(_ text: String) -> (front: String, back: String?)? {
        let octets = Array(text.utf8)
        var position: Int?
        for index in octets.indices.dropLast() where octets[index] == 0x3A && octets[index + 1] == 0x3A {
            guard position == nil else { return nil }
            position = index
        }
        guard let position else { return (text, nil) }
        return (
            String(decoding: octets[..<position], as: UTF8.self),
            String(decoding: octets[(position + 2)...], as: UTF8.self)
        )
    }

    /// The octets of groups divided by single colons; the address's last may be an IPv4 address.
    private static func groups(_ text: String, isLast: Bool) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 8 else { return nil }
        var octets: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if isLast, index == parts.count - 1, part.contains(".") {
                guard let v4 = parseV4(String(part)) else { return nil }
                octets += v4
            } else {
                guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy({ Hex.value($0) != nil }),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                octets += [UInt8(group >> 8), UInt8(group & 0xFF)]
            }
        }
        return octets.count <= 16 ? octets : nil
    }

    private static func formatV6(_ octets: [UInt8]) -> String {
        let groups = stride(from: 0, to: octets.count - 1, by: 2).map {
            UInt16(octets[$0]) << 8 | UInt16(octets[$0 + 1])
        }
        let zeros = longestZeros(groups)
        func text(_ range: Range<Int>) -> String {
            groups[range].map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard zeros.count > 1 else { return text(0..<groups.count) }
        return text(0..<zeros.lowerBound) + "::" + text(zeros.upperBound..<groups.count)
    }

    /// The first of the longest runs of zero groups.
    private static func longestZeros(_ groups: [UInt16]) -> Range<Int> {
        var longest = 0..<0
        var start = 0
        for (index, group) in groups.enumerated() {
            if group != 0 { start = index + 1 }
            if index + 1 - start > longest.count { longest = start..<(index + 1) }
        }
        return longest
    }
}
