// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

/// The signed answer inside an OCSP response.
///
/// ```
/// BasicOCSPResponse ::= SEQUENCE { tbsResponseData ResponseData, signatureAlgorithm AlgorithmIdentifier,
///     signature BIT STRING, certs [0] EXPLICIT SEQUENCE OF Certificate OPTIONAL }
/// ```
///
/// Source: RFC 6960, section 4.2.1.
public struct BasicOCSPResponse: Hashable, Sendable {
    /// What was signed.
    public let responseData: ResponseData
    /// The algorithm that signed.
    public let signatureAlgorithm: AlgorithmIdentifier
    /// The signature.
    public let signature: [UInt8]
    /// The certificates sent along.
    public let certificates: [CertificateView]

    /// Certificates read of one response.
    ///
    /// A signer and its chain are three or four; responders with many signers send all of theirs.
    static let certificateLimit = 64

    init(parsing element: ASN1Element) throws(FormatError) {
        var fields = try element.fields()
        responseData = try ResponseData(parsing: try fields.next(.sequence))
        signatureAlgorithm = try AlgorithmIdentifier(parsing: try fields.next(.sequence))
        signature = Array(try fields.next(.bitString).bitStringOctets())
        certificates = try Self.certificates(try fields.nextIf(.context(0)))
        try fields.finish()
    }

    private static func certificates(_ element: ASN1Element?) throws(FormatError) -> [CertificateView] {
        guard let element else { return [] }
        var fields = try element.explicitContent().fields()
        var certificates: [CertificateView] = []
        while !fields.isAtEnd {
            guard certificates.count < certificateLimit else {
                throw .limitExceeded("certificates in an OCSP response", limit: certificateLimit)
            }
            certificates.append(try CertificateView(parsing: try fields.next(.sequence)))
        }
        return certificates
    }

    /// Whether this key signed.
    public func isSigned(by certificate: CertificateView) -> Bool {
        guard let algorithm = signatureAlgorithm.signatureAlgorithm, let key = certificate.publicKey else {
            return false
        }
        return key.isValidSignature(signature, of: responseData.bytesToSign, algorithm: algorithm)
    }

    /// Checks that the issuer of the certificates asked about stands behind this response: it signed itself, or the
    /// signer's certificate, which came along, is valid at `time`, issued by it and made for signing OCSP responses.
    ///
    /// Whether the signer itself is revoked is not asked; its certificate usually forbids the question (no-check).
    ///
    /// - Returns: the certificate that signed.
    /// - Throws: ``FormatError``, which says what is wrong.
    ///
    /// Source: RFC 6960, section 4.2.2.2.
    @discardableResult
    public func verify(issuer: CertificateView, at time: Timestamp) throws(FormatError) -> CertificateView {
        if responseData.responderID.matches(issuer), isSigned(by: issuer) { return issuer }
        let candidates = responseData.responderID.named(among: certificates)
        guard !candidates.isEmpty else { throw .missing("the certificate of the OCSP response's signer") }
        var failure = FormatError.verificationFailed("the signature of the OCSP response")
        for candidate in candidates where isSigned(by: candidate) {
            do {
                try Self.check(delegated: candidate, issuer: issuer, at: time)
                return candidate
            } catch {
                failure = error
            }
        }
        throw failure
    }

    private static func check(
        delegated signer: CertificateView, issuer: CertificateView, at time: Timestamp
    ) throws(FormatError) {
        guard signer.issuer.matches(issuer.subject), let key = issuer.publicKey, signer.isSigned(by: key) else {
            throw Self.unsuitable("not issued by the issuer of the certificate asked about")
        }
        guard signer.extendedKeyUsage?.contains(.ocspSigning) == true else {
            throw Self.unsuitable("not made for signing OCSP responses")
        }
        guard signer.isValid(at: time) else {
            throw Self.unsuitable("not valid at the time of the check")
        }
    }

    private static func unsuitable(_ reason: String) -> FormatError {
        .invalidValue(field: "OCSP signer's certificate", reason: reason)
    }
}
