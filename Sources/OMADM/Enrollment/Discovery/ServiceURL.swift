// SPDX-License-Identifier: Apache-2.0

/// An address that devices send credentials or certificates to: HTTPS, with a host.
///
/// Source: RFC 3986, section 3; MS-MDE2, section 3.1.4.1.3.2.
public struct ServiceURL: Hashable, Sendable {
    /// The whole address.
    public let text: String
    /// The host in lower case, without port.
    public let host: String

    /// Reads an address.
    ///
    /// - Throws: ``OMADMError/malformed(_:reason:)`` when it is not `https`, has no host, has a user name, or holds
    ///   characters no address has.
    public init(parsing text: String) throws(OMADMError) {
        guard text.utf8.count <= MDELimits.text else {
            throw .limitExceeded("octets of an address", limit: MDELimits.text)
        }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !Self.excluded.contains($0) }) else {
            throw .malformed("address", reason: "holds characters that no address has")
        }
        guard text.prefix(8).lowercased() == "https://" else { throw .malformed("address", reason: "is not https") }
        let authority = text.dropFirst(8).prefix { !"/?#".contains($0) }
        guard !authority.contains("@") else { throw .malformed("address", reason: "holds a user name") }
        guard let host = Self.host(of: authority), !host.isEmpty else {
            throw .malformed("address", reason: "has no host")
        }
        self.text = text
        self.host = host.lowercased()
    }

    private static let excluded = Array("\"<>\\^`{|}".utf8)

    /// The host of an authority; an IPv6 address keeps its brackets.
    private static func host(of authority: Substring) -> Substring? {
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            return authority[...end]
        }
        return authority.prefix { $0 != ":" }
    }
}

extension ServiceURL: CustomStringConvertible {
    /// The whole address.
    public var description: String { text }
}

extension ServiceURL {
    /// This address with parameters added to its query, percent-encoded.
    func adding(_ parameters: [(name: String, value: String)]) -> String {
        PercentEncoding.adding(parameters, to: text)
    }
}

/// Percent-encoding of everything but unreserved characters.
///
/// Source: RFC 3986, section 2.
enum PercentEncoding {
    static func encode(_ text: String) -> String {
        var octets: [UInt8] = []
        for octet in text.utf8 {
            switch octet {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: octets.append(octet)
            default: octets += [0x25, digits[Int(octet >> 4)], digits[Int(octet & 0x0F)]]
            }
        }
        return String(decoding: octets, as: UTF8.self)
    }

    /// An address with parameters added to its query.
    static func adding(_ parameters: [(name: String, value: String)], to address: String) -> String {
        let query = parameters.map { "\($0.name)=\(encode($0.value))" }.joined(separator: "&")
        return address + (address.contains("?") ? "&" : "?") + query
    }

    /// Decodes; `nil` when a percent sign has no two digits behind it, or the octets are no UTF-8.
    static func decode(_ text: some StringProtocol) -> String? {
        var octets: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let octet = rest.popFirst() {
            guard octet == 0x25 else {
                octets.append(octet)
                continue
            }
            guard let high = rest.popFirst().flatMap(value), let low = rest.popFirst().flatMap(value) else {
                return nil
            }
            octets.append(high << 4 | low)
        }
        return String(validating: octets, as: UTF8.self)
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x37
        case 0x61...0x66: digit - 0x57
        default: nil
        }
    }
}
