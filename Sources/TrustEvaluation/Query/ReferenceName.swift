// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

/// The name somebody expects the certificate to have.
///
/// Source: RFC 9525, section 2.
public enum ReferenceName: Sendable, Hashable {
    /// A host name; a trailing dot and case do not count.
    case dns(String)
    /// An address of 4 or 16 octets.
    case ip([UInt8])
    /// A mailbox.
    case email(String)
    /// A user principal name, `user@contoso.com`.
    case userPrincipalName(String)
    /// A whole subject; the relative names may stand in any order.
    case distinguishedName(DistinguishedName)
    /// What an administrator wrote as the name of a machine: a host name, or the commonName of the subject.
    ///
    /// This is the override that scheduling servers have for agents whose certificate names a machine and no host.
    case machineName(String)

    /// Reads an address or else takes the text for a host name.
    public static func host(_ text: String) -> ReferenceName {
        let bare = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
        return IPAddressText.parse(bare).map { .ip($0) } ?? .dns(text)
    }

    /// Reads what an administrator wrote to override the expected name: a distinguished name when it holds an equals
    /// sign, else the name of a machine or an address.
    ///
    /// - Throws: `FormatError` when there is an equals sign and no distinguished name.
    public static func override(_ text: String) throws(FormatError) -> ReferenceName {
        if text.contains("=") { return .distinguishedName(try DistinguishedName(text: text)) }
        return IPAddressText.parse(text).map { .ip($0) } ?? .machineName(text)
    }
}

extension ReferenceName: CustomStringConvertible {
    /// The kind and the name.
    public var description: String {
        switch self {
        case .dns(let name): "DNS:\(name)"
        case .ip(let octets): "IP:\(IPAddressText.format(octets) ?? "\(octets.count) octets")"
        case .email(let name): "email:\(name)"
        case .userPrincipalName(let name): "UPN:\(name)"
        case .distinguishedName(let name): "subject:\(name)"
        case .machineName(let name): "machine:\(name)"
        }
    }
}
