// SPDX-License-Identifier: Apache-2.0

import PKIFormats

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
