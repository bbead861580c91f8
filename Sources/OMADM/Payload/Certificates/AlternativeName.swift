// SPDX-License-Identifier: Apache-2.0

/// One of the SubjectAlternativeNames of a SCEP payload: `type+value`.
///
/// Source: Microsoft, ClientCertificateInstall CSP, SubjectAlternativeNames; certenroll.h, AlternativeNameType.
public struct AlternativeName: Hashable, Sendable {
    /// What kind of name it is.
    public enum Kind: Int, CaseIterable, Sendable {
        /// An otherName: its OID and value.
        case otherName = 1
        /// A mail address.
        case rfc822Name = 2
        /// A host.
        case dnsName = 3
        /// A distinguished name, as ``SubjectName/text``.
        case directoryName = 5
        /// A URL.
        case url = 7
        /// An IP address.
        case ipAddress = 8
        /// An object identifier.
        case registeredID = 9
        /// A GUID, of a domain controller.
        case guid = 10
        /// The name a user signs in with.
        case userPrincipalName = 11
    }

    /// What kind of name it is.
    public var kind: Kind
    /// The name.
    public var value: String

    /// Makes a name.
    ///
    /// - Parameters:
    ///   - kind: what kind of name it is.
    ///   - value: the name; a semicolon in it would end it.
    public init(_ kind: Kind, _ value: String) {
        self.kind = kind
        self.value = value
    }

    /// Writes names: `2+user@example.com;3+host.example.com`.
    static func text(_ names: [AlternativeName]) -> String {
        names.map { "\($0.kind.rawValue)+\($0.value)" }.joined(separator: ";")
    }
}
