// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider

/// A certificate as somebody sent it, read as far as it can be read.
///
/// Peers send version 1 certificates with 33-octet serials, GeneralizedTime where UTCTime belongs, empty names, unknown
/// algorithms and broken extensions. All of that is read; what could not be is told by ``findings``. Whether a
/// certificate is acceptable is decided elsewhere.
///
/// ```
/// Certificate ::= SEQUENCE { tbsCertificate TBSCertificate, signatureAlgorithm AlgorithmIdentifier,
///     signature BIT STRING }
/// ```
///
/// Source: RFC 5280, section 4.1.
public struct CertificateView: Sendable {
    /// What was read; copies of a view share it, since certificates are handed from part to part far more often than
    /// they are read.
    private let fields: CertificateFields

    init(_ fields: CertificateFields) { self.fields = fields }

    /// The whole certificate as received.
    public var encoded: [UInt8] { fields.encoded }
    /// The octets the signature covers, as received.
    public var tbsCertificate: ArraySlice<UInt8> { fields.tbsCertificate }
    /// The version as people count it, 1 to 3.
    public var version: Int { fields.version }
    /// The serial number, of any length and sign.
    public var serialNumber: SerialNumber { fields.serialNumber }
    /// The algorithm named beside the signature.
    public var signatureAlgorithm: AlgorithmIdentifier { fields.signatureAlgorithm }
    /// The algorithm named inside the signed octets, which should be the same.
    public var signedSignatureAlgorithm: AlgorithmIdentifier { fields.signedSignatureAlgorithm }
    /// Who issued it.
    public var issuer: DistinguishedName { fields.issuer }
    /// The begin of validity, `nil` when unreadable.
    public var notBefore: Timestamp? { fields.notBefore }
    /// The end of validity, `nil` when unreadable.
    public var notAfter: Timestamp? { fields.notAfter }
    /// Whom it names.
    public var subject: DistinguishedName { fields.subject }
    /// The key.
    public var subjectPublicKeyInfo: SubjectPublicKeyInfo { fields.subjectPublicKeyInfo }
    /// The extensions that could be read, in received order.
    public var extensions: [CertificateExtension] { fields.extensions }
    /// The contents of the signature's BIT STRING.
    public var signature: [UInt8] { fields.signature }
    /// What is wrong with the encoding, a sentence each; empty for a certificate that follows RFC 5280.
    public var findings: [String] { fields.faults.map(\.description) }
    /// What is wrong with the encoding, with what each means for a judgement.
    package var faults: [CertificateFault] { fields.faults }

    /// What a reader of another module makes of the certificate, made when it is first asked for.
    ///
    /// Copies of a view share it, as they share the fields. There is room for one such value; it must not hold the view.
    ///
    /// - Parameter make: makes the value; it is called once, unless different types are asked for.
    /// - Returns: the value that was made first.
    package func derived<Value: AnyObject & Sendable>(_ make: () -> Value) -> Value { fields.derived(make) }

    /// Octets the longest certificate may have.
    ///
    /// Real ones stay under 16 KiB; CAs with many name constraints reach 60.
    public static let limit = 1 << 20
}

extension CertificateView {
    /// Reads a certificate that fills the bytes.
    ///
    /// - Throws: ``FormatError`` when the outer structure is no Certificate.
    public init(parsing bytes: [UInt8]) throws(FormatError) {
        guard bytes.count <= Self.limit else { throw .limitExceeded("octets of a certificate", limit: Self.limit) }
        self = try CertificateReader.certificate(bytes)
    }

    /// Reads a certificate that fills the bytes.
    ///
    /// - Throws: ``FormatError`` when the outer structure is no Certificate.
    public init(parsing bytes: ArraySlice<UInt8>) throws(FormatError) { try self.init(parsing: Array(bytes)) }

    /// Reads a certificate from an element of a larger structure.
    ///
    /// - Throws: ``FormatError`` when the outer structure is no Certificate.
    public init(parsing element: ASN1Element) throws(FormatError) { try self.init(parsing: Array(element.encoded)) }
}

extension CertificateView: Hashable {
    /// Whether both are the same octets.
    public static func == (left: CertificateView, right: CertificateView) -> Bool {
        left.fields === right.fields || left.encoded == right.encoded
    }

    /// Hashes the octets.
    public func hash(into hasher: inout Hasher) { hasher.combine(octets: encoded) }
}

// MARK: - Questions

extension CertificateView {
    /// The key as numbers, `nil` when its type is unknown.
    public var publicKey: PublicKey? { subjectPublicKeyInfo.publicKey }

    /// The thumbprint over the received octets.
    public func fingerprint(_ digest: DigestAlgorithm = .sha256) -> [UInt8] { digest.hash(encoded) }

    /// Whether the signature is this key's, over the received octets.
    ///
    /// `false` also when the algorithm is unknown or the certificate names two different ones.
    public func isSigned(by key: PublicKey) -> Bool {
        guard let algorithm = signatureAlgorithm.signatureAlgorithm,
            signedSignatureAlgorithm.oid == signatureAlgorithm.oid
        else { return false }
        return key.isValidSignature(signature, of: tbsCertificate, algorithm: algorithm)
    }

    /// Whether subject and issuer are the same name.
    public var isSelfIssued: Bool { subject.matches(issuer) }

    /// Whether the certificate's own key signed it and both names are the same.
    public var isSelfSigned: Bool {
        guard isSelfIssued, let publicKey else { return false }
        return isSigned(by: publicKey)
    }

    /// Whether a moment lies inside the validity, both ends included; `false` when an end is unreadable.
    public func isValid(at moment: Timestamp) -> Bool {
        guard let notBefore, let notAfter else { return false }
        return notBefore <= moment && moment <= notAfter
    }
}
