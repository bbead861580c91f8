// SPDX-License-Identifier: Apache-2.0

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
        var octets = Array(name.utf8)
        if octets.last == 0x2E { octets.removeLast() }
        guard !octets.isEmpty, octets.count <= 253 else { return nil }
        let labels = octets.split(separator: 0x2E, omittingEmptySubsequences: false).map { $0.map(lowercased) }
        for (index, label) in labels.enumerated() {
            if allowsWildcard, index == 0, label == [0x2A] { continue }
            guard isLabel(label) else { return nil }
        }
        // An all-numeric last label would make it an address.
        guard let last = labels.last, !last.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return labels
    }

    private static func isLabel(_ label: [UInt8]) -> Bool {
        guard (1...63).contains(label.count), label.first != 0x2D, label.last != 0x2D else { return false }
        return label.allSatisfy { octet in
            (0x61...0x7A).contains(octet) || (0x30...0x39).contains(octet) || octet == 0x2D || octet == 0x5F
        }
    }

    static func lowercased(_ octet: UInt8) -> UInt8 { (0x41...0x5A).contains(octet) ? octet | 0x20 : octet }

    /// Whether a presented name, perhaps a wildcard, is the name asked for.
    ///
    /// The wildcard is the whole left-most label, stands for exactly one label, and has two labels or more behind it:
    /// `*.com` would be everybody.
    static func matches(presented: String, reference: [[UInt8]]) -> Bool {
        guard !presented.hasSuffix("."), let labels = labels(presented, allowsWildcard: true),
            labels.count == reference.count
        else { return false }
        guard labels.first == [0x2A] else { return labels == reference }
        return labels.count >= 3 && labels.dropFirst().elementsEqual(reference.dropFirst())
    }
}
