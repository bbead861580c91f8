// SPDX-License-Identifier: Apache-2.0

/// The security identifier of the account a certificate stands for, to which domain controllers bind it.
///
/// ```
/// NTDS_CA_SECURITY ::= SEQUENCE { [0] { OBJECT IDENTIFIER 1.3.6.1.4.1.311.25.2.1, [0] EXPLICIT OCTET STRING } }
/// ```
///
/// The OCTET STRING holds the text `S-1-5-21-…`. Without it, Windows refuses log-on with a certificate whose request
/// named the account itself (KB5014754).
///
/// Source: MS-WCCE, section 2.2.2.7.7.4 (szOID_NTDS_CA_SECURITY_EXT).
public struct NTDSSecurity: CertificateExtensionValue {
    /// 1.3.6.1.4.1.311.25.2.
    public static let extensionOID = OID.microsoftNTDSSecurity

    /// The identifier, `S-1-5-21-…`.
    public let securityIdentifier: String

    /// Takes an identifier.
    ///
    /// - Throws: ``FormatError/invalidText(reason:)`` when it is not of the form `S-1-…`.
    public init(securityIdentifier text: String) throws(FormatError) {
        guard Self.isSecurityIdentifier(text) else {
            throw .invalidText(reason: "'\(text.prefix(80))' is not a security identifier of the form S-1-5-21-…")
        }
        self.securityIdentifier = text
    }

    /// Reads the contents of the OCTET STRING.
    ///
    /// - Throws: ``FormatError``.
    public init(parsing value: [UInt8]) throws(FormatError) {
        let names = try SubjectAlternativeName(parsing: value).names
        guard names.count == 1, case .otherName(.microsoftNTDSObjectSID, let inner)? = names.first else {
            throw .missing("the security identifier")
        }
        let octets = try ASN1Element(parsing: inner).octetString()
        try self.init(securityIdentifier: String(decoding: octets, as: UTF8.self))
    }

    /// Appends the value.
    public func encode(into writer: inout DERWriter) {
        var text = DERWriter(capacity: 64)
        text.octetString(Array(securityIdentifier.utf8))
        writer.generalNames([.otherName(.microsoftNTDSObjectSID, text.bytes)])
    }

    /// Whether text is `S-1-`, an authority and up to 15 numbers.
    static func isSecurityIdentifier(_ text: String) -> Bool {
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return false }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count >= 4 && parts.count <= 18 && parts[0] == "S" && parts[1] == "1"
            && parts.dropFirst(2).allSatisfy { UInt64($0) != nil && $0.utf8.first != 0x2B }
    }
}

extension GeneralName {
    private static let securityIdentifierPrefix = "tag:microsoft.com,2022-09-14:sid:"

    /// A security identifier as a URI, the strong mapping of certificates that are requested offline.
    ///
    /// Source: KB5014754.
    public static func securityIdentifier(_ text: String) -> GeneralName { .uri(securityIdentifierPrefix + text) }

    /// The security identifier this URI holds, `nil` for any other name.
    public var securityIdentifier: String? {
        guard case .uri(let text) = self, text.hasPrefix(Self.securityIdentifierPrefix) else { return nil }
        let rest = String(text.dropFirst(Self.securityIdentifierPrefix.count))
        return NTDSSecurity.isSecurityIdentifier(rest) ? rest : nil
    }
}
