// SPDX-License-Identifier: Apache-2.0

/// The purposes of a key: an open set of object identifiers, of which ``OID`` names the known ones.
///
/// ```
/// ExtKeyUsageSyntax ::= SEQUENCE SIZE (1..MAX) OF KeyPurposeId
/// ```
///
/// Source: RFC 5280, section 4.2.1.12.
public struct ExtendedKeyUsage: CertificateExtensionValue {
    /// 2.5.29.37.
    public static let extensionOID = OID.extendedKeyUsage
    /// Purposes one extension may hold.
    public static let limit = 256

    /// The purposes in order.
    public let purposes: [OID]

    /// Makes a list of purposes.
    public init(_ purposes: [OID]) { self.purposes = purposes }

    /// Reads the contents of the OCTET STRING.
    ///
    /// - Throws: ``FormatError``.
    public init(parsing value: [UInt8]) throws(FormatError) {
        var fields = try ASN1Element(parsing: value).fields()
        var purposes: [OID] = []
        for element in try fields.all(limit: Self.limit) { purposes.append(try element.oid()) }
        self.purposes = purposes
    }

    /// Whether a purpose is named.
    ///
    /// `anyExtendedKeyUsage` does not count as every purpose here.
    public func contains(_ purpose: OID) -> Bool { purposes.contains(purpose) }

    /// Appends the value.
    public func encode(into writer: inout DERWriter) {
        writer.sequence { writer in
            for purpose in purposes { writer.oid(purpose) }
        }
    }
}

extension OID {
    /// The purposes people name on the command line and in profiles.
    public static let namedKeyPurposes: [OID] = [
        .serverAuth, .clientAuth, .codeSigning, .emailProtection, .timeStamping, .ocspSigning, .ipsecIKE,
        .ipsecIntermediate, .ipsecEndSystem, .ipsecTunnel, .ipsecUser, .eapOverPPP, .eapOverLAN, .cmcRA,
        .kerberosClientAuth, .kerberosKDC, .anyExtendedKeyUsage, .microsoftSmartcardLogon,
        .microsoftEncryptingFileSystem, .microsoftDocumentSigning, .microsoftKeyRecovery, .microsoftEnrollmentAgent,
        .microsoftKeyRecoveryAgent, .microsoftRemoteDesktop,
    ]

    /// The purpose of a name such as `clientAuth`, in any case, or of dotted numbers.
    ///
    /// - Throws: ``FormatError/invalidText(reason:)`` when it is neither.
    public init(keyPurpose text: some StringProtocol) throws(FormatError) {
        let lower = text.lowercased()
        if let known = Self.namedKeyPurposes.first(where: { $0.nameOrDotted.lowercased() == lower }) {
            self = known
        } else if let oid = try? OID(dotted: text) {
            self = oid
        } else {
            throw .invalidText(reason: "'\(text.prefix(80))' is not a known purpose and not an object identifier")
        }
    }
}
