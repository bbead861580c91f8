// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
public import PKIFormats

/// A request that the certificate it replaces has signed.
///
/// The token is a SignedData whose content is the PKCS#10. A renewal that Windows does by itself sends its Base64; one
/// that asks the user sends the Base64 of that Base64.
///
/// Source: MS-MDE2, section 3.5; MS-WSTEP, section 3.1.4.2; RFC 5652, section 5.
public struct RenewalRequest: Sendable {
    /// The signed message.
    public let signedData: SignedData
    /// Its one signer.
    public let signer: SignerInfo
    /// What is asked for.
    public let certificationRequest: CertificationRequest
    /// Whether the user was asked, told by the second layer of Base64.
    public let isUserPrompted: Bool

    /// Reads the token of a renewal; nothing in it is verified yet.
    ///
    /// - Throws: ``MDEError/unexpectedTokenType(_:)``, ``MDEError/renewalUnreadable(_:)``,
    ///   ``MDEError/renewalSignerCount(_:)`` or ``MDEError/certificationRequestUnreadable(_:)``.
    public init(parsing token: BinarySecurityToken) throws(MDEError) {
        guard Self.isRenewal(token.valueType) else {
            throw .unexpectedTokenType(String(token.valueType.rawValue.prefix(128)))
        }
        let (octets, isUserPrompted) = try Self.withoutSecondBase64OfManualRenewal(token.octets)
        do {
            signedData = try SignedData(parsing: octets)
        } catch {
            throw .renewalUnreadable(error)
        }
        guard let signer = signedData.signerInfos.first, signedData.signerInfos.count == 1 else {
            throw .renewalSignerCount(signedData.signerInfos.count)
        }
        guard let content = signedData.content else { throw .renewalUnreadable(.missing("eContent")) }
        do {
            certificationRequest = try CertificationRequest(parsing: content)
        } catch {
            throw .certificationRequestUnreadable(error)
        }
        self.signer = signer
        self.isUserPrompted = isUserPrompted
    }

    /// Whether a token holds a renewal; MS-MDE2 and Microsoft's page on renewals name the type differently.
    private static func isRenewal(_ type: BinarySecurityToken.ValueType) -> Bool {
        type == .pkcs7 || type == .pkcs7OfRenewalSample
    }

    /// Takes off the second layer of Base64 of a renewal the user was asked for.
    ///
    /// Windows encodes such a message twice; it is recognised by a first octet that no SEQUENCE has.
    private static func withoutSecondBase64OfManualRenewal(
        _ octets: [UInt8]
    ) throws(MDEError) -> (octets: [UInt8], isUserPrompted: Bool) {
        if octets.first == 0x30 { return (octets, false) }
        guard let inner = Base64.decode(octets, tolerance: .tolerant) else {
            throw .renewalUnreadable(.invalidText(reason: "neither a SignedData nor the Base64 of one"))
        }
        return (inner, true)
    }

    /// The certificate that the message carries for its signer; a claim until ``verify(signedBy:)`` returned.
    public var signerCertificate: CertificateView? { signedData.certificate(of: signer) }

    /// Checks that the certificate to be replaced signed the renewal, with SHA-2.
    ///
    /// - Parameter certificate: the certificate the connection showed.
    /// - Throws: ``MDEError/renewalSignerMismatch``, ``MDEError/renewalAlgorithmNotAllowed(_:)``,
    ///   ``MDEError/renewalSignatureInvalid`` or ``MDEError/renewalKeyReused``.
    public func verify(signedBy certificate: CertificateView) throws(MDEError) {
        guard signer.sid.identifies(certificate) else { throw .renewalSignerMismatch }
        if let carried = signerCertificate, carried != certificate { throw .renewalSignerMismatch }
        guard let algorithm = signer.signatureAlgorithmWithDigest, let digest = signer.digest else {
            throw .renewalAlgorithmNotAllowed(signer.signatureAlgorithm.oid.nameOrDotted)
        }
        guard !digest.isLegacy, !(algorithm.digest?.isLegacy ?? false) else {
            throw .renewalAlgorithmNotAllowed(algorithm.description)
        }
        guard let key = certificate.publicKey else { throw .renewalSignatureInvalid }
        do {
            try signedData.verify(signer, with: key)
        } catch {
            throw .renewalSignatureInvalid
        }
        guard certificationRequest.publicKey != key else { throw .renewalKeyReused }
    }
}

extension RenewalRequest {
    /// Lays out a renewal up to its signature.
    ///
    /// - Parameters:
    ///   - certificationRequest: the PKCS#10 for the new key, DER.
    ///   - certificate: the certificate that is replaced and signs.
    ///   - algorithm: how its key signs.
    /// - Returns: the bytes to sign; the finished message goes into a token of type `pkcs7`.
    /// - Throws: `FormatError`.
    public static func prepare(
        _ certificationRequest: [UInt8], certificate: CertificateView, algorithm: SignatureAlgorithm
    ) throws(FormatError) -> PreparedSignedData {
        try SignedData.prepare(
            content: .octets(certificationRequest), certificates: [certificate.encoded],
            signers: [SignerTemplate(certificate: certificate, signatureAlgorithm: algorithm)])
    }
}
