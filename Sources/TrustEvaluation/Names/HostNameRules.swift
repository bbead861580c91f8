// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Host names as certificates and their constraints write them.
///
/// Names are compared as octets without regard to ASCII case; internationalised names stand in their A-label form.
///
/// Source: RFC 9525, section 6.3; RFC 5280, sections 4.2.1.6 and 7.2.
enum HostNameRules {
    /// The labels of a host name in lower case, left to right; `nil` when it is none.
    ///
    /// A trailing dot is dropped. Underscores are taken, since machines have such names.
    static func labels(_ name: some StringProtocol, allowsWildcard: Bool = false) -> [[UInt8]]? {
        normalized(name, allowsWildcard: allowsWildcard)?.split(separator: dot).map { Array($0) }
    }

    /// A host name in lower case without a trailing dot; `nil` when it is none.
    static func normalized(_ name: some StringProtocol, allowsWildcard: Bool = false) -> [UInt8]? {
        var octets = name.utf8.map(\.asciiLowercased)
        if octets.last == dot { octets.removeLast() }
        guard !octets.isEmpty, octets.count <= 253 else { return nil }
        var start = octets.startIndex
        if allowsWildcard, octets.first == wildcard {
            if octets.count == 1 { return octets }
            guard octets[1] == dot else { return nil }
            start = 2
        }
        while let end = octets[start...].firstIndex(of: dot) {
            guard isLabel(octets[start..<end]) else { return nil }
            start = end + 1
        }
        let last = octets[start...]
        // An all-numeric last label would make it an address.
        guard isLabel(last), !last.allSatisfy(\.isASCIIDigit) else { return nil }
        return octets
    }

    private static func isLabel(_ label: ArraySlice<UInt8>) -> Bool {
        guard (1...63).contains(label.count), label.first != 0x2D, label.last != 0x2D else { return false }
        return label.allSatisfy { octet in
            (0x61...0x7A).contains(octet) || (0x30...0x39).contains(octet) || octet == 0x2D || octet == 0x5F
        }
    }

    /// Whether a presented name, perhaps a wildcard, is the name asked for.
    ///
    /// The wildcard is the whole left-most label, stands for exactly one label, and has two labels or more behind it:
    /// `*.com` would be everybody.
    static func matches(presented: String, reference: [UInt8]) -> Bool {
        guard presented.utf8.last != dot, let name = normalized(presented, allowsWildcard: true) else { return false }
        guard name.first == wildcard else { return name == reference }
        let behind = name.dropFirst()
        return behind.count { $0 == dot } >= 2 && reference.drop { $0 != dot }.elementsEqual(behind)
    }

    private static let dot: UInt8 = 0x2E
    private static let wildcard: UInt8 = 0x2A
}
