// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Text from outside made safe to show: nothing in it moves a cursor, hides or reverses what stands beside it, or
/// floods the screen.
package enum Printable {
    /// The most characters of one value that are shown.
    static let limit = 4_096

    /// The text with control, format and separator characters written as `\u{1b}`, cut after `limit` characters.
    package static func text(_ text: some StringProtocol, limit: Int = Printable.limit) -> String {
        var shown = String.UnicodeScalarView()
        var rest = text.unicodeScalars[...]
        for scalar in rest.prefix(limit) {
            if isSafe(scalar) {
                shown.append(scalar)
            } else {
                shown.append(each: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
            }
        }
        rest = rest.dropFirst(limit)
        if !rest.isEmpty { shown.append(each: "… (cut)".unicodeScalars) }
        return String(shown)
    }

    /// Octets as people compare them: `4d:0a:91`.
    static func colons(_ octets: some Collection<UInt8>) -> String {
        let pairs = octets.prefix(maximumOctets).map { Hex.encode([$0]) }
        return pairs.joined(separator: ":") + (octets.count > maximumOctets ? "… (\(octets.count) octets)" : "")
    }

    /// Octets as digits, cut when there are many.
    static func hex(_ octets: some Collection<UInt8>) -> String {
        guard octets.count > maximumOctets else { return Hex.encode(octets) }
        return Hex.encode(octets.prefix(maximumOctets)) + "… (\(octets.count) octets)"
    }

    /// `1 certificate`, `3 certificates`.
    static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    /// `a`, `a and b`, `a, b and c`.
    static func list(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " and " + last
    }

    /// Octets of one value that are shown.
    private static let maximumOctets = 64

    private static func isSafe(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return (0x20...0x7E).contains(scalar.value) }
        guard !scalar.isUnsafeToPrint else { return false }
        // What no font is sure to have could look like something else.
        return ![.privateUse, .unassigned].contains(scalar.properties.generalCategory)
    }
}
