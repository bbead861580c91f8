// SPDX-License-Identifier: Apache-2.0

/// Names the key that signed: by its identifier, or by its certificate's issuer and serial.
///
/// ```
/// AuthorityKeyIdentifier ::= SEQUENCE {
///     keyIdentifier             [0] KeyIdentifier OPTIONAL,
///     authorityCertIssuer       [1] GeneralNames OPTIONAL,
///     authorityCertSerialNumber [2] CertificateSerialNumber OPTIONAL }
/// ```
///
/// Source: RFC 5280, section 4.2.1.1.
public struct AuthorityKeyIdentifier: CertificateExtensionValue {
    /// 2.5.29.35.
    public static let extensionOID = OID.authorityKeyIdentifier

    /// The issuer's subject key identifier.
    public let keyIdentifier: [UInt8]?
    /// The names of the issuer's issuer; empty when absent.
    public let authorityCertIssuer: [GeneralName]
    /// The issuer's serial number.
    public let authorityCertSerialNumber: SerialNumber?

    /// Names a key by its identifier, and optionally by issuer and serial of its certificate.
    public init(
        keyIdentifier: [UInt8]?, authorityCertIssuer: [GeneralName] = [], authorityCertSerialNumber: SerialNumber? = nil
    ) {
        self.keyIdentifier = keyIdentifier
        self.authorityCertIssuer = authorityCertIssuer
        self.authorityCertSerialNumber = authorityCertSerialNumber
    }

    /// Reads the contents of the OCTET STRING.
    ///
    /// - Throws: ``FormatError``.
    public init(parsing value: [UInt8]) throws(FormatError) {
        var fields = try ASN1Element(parsing: value).fields()
        self.keyIdentifier = try fields.nextIf(.context(0)).map { Array($0.content) }
        let issuer = try fields.nextIf(.context(1))
        let serial = try fields.nextIf(.context(2))
        try fields.finish()
        self.authorityCertIssuer = if let issuer { try GeneralName.list(parsing: issuer) } else { [] }
        self.authorityCertSerialNumber =
            if let serial { try SerialNumber(parsing: serial.retagged(.integer)) } else { nil }
    }

    /// Appends the value.
    public func encode(into writer: inout DERWriter) {
        writer.sequence { writer in
            if let keyIdentifier { writer.primitive(.context(0), keyIdentifier) }
            if !authorityCertIssuer.isEmpty { writer.generalNames(authorityCertIssuer, tag: .context(1)) }
            authorityCertSerialNumber?.encode(into: &writer, tag: .context(2))
        }
    }
}
