// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
public import PKIFormats

/// A SCEP message as received, request or reply: the outer SignedData, read but not yet believed.
///
/// ```
/// ContentInfo { id-signedData, SignedData {
///     encapContentInfo { id-data, [0] ContentInfo of an EnvelopedData, absent or empty in some messages },
///     certificates { the signer's, … },
///     signerInfos { one, with the attributes of section 3.2.1 } } }
/// ```
///
/// Attributes are read before the signature is verified, because a refusal must repeat the transactionID.
///
/// Source: RFC 8894, section 3.
public struct PKIMessage: Sendable {
    /// The outer layer.
    public let signedData: SignedData
    /// The only signer.
    public let signerInfo: SignerInfo
    /// The signer's attributes.
    public let attributes: SCEPAttributes
    /// The certificate in the message that the signer names, `nil` when there is none.
    public let signer: CertificateView?

    /// Reads BER that fills the whole buffer.
    ///
    /// - Throws: ``SCEPError/unreadable(_:)`` when it is no SignedData, ``SCEPError/signerCount(_:)`` unless it has
    ///   exactly one signer.
    public init(parsing bytes: ArraySlice<UInt8>) throws(SCEPError) {
        signedData = try reading { () throws(FormatError) in try SignedData(parsing: bytes) }
        guard signedData.signerInfos.count == 1, let signerInfo = signedData.signerInfos.first else {
            throw .signerCount(signedData.signerInfos.count)
        }
        self.signerInfo = signerInfo
        attributes = SCEPAttributes(signerInfo.signedAttributes)
        signer = signedData.certificate(of: signerInfo) ?? Self.signerByReencodedIssuer(signedData, signerInfo)
    }

    /// Reads BER that fills the whole buffer.
    ///
    /// - Throws: ``SCEPError`` as for a slice.
    public init(parsing bytes: [UInt8]) throws(SCEPError) { try self.init(parsing: bytes[...]) }

    /// The only certificate of the message, when its serial number is the one the signer names.
    ///
    /// Some clients write the issuer in the SignerInfo with other string types than in their certificate, or with
    /// its attributes in another order. With one certificate in the message there is nothing to confuse it with, and
    /// the signature must verify with its key anyway.
    private static func signerByReencodedIssuer(_ data: SignedData, _ signerInfo: SignerInfo) -> CertificateView? {
        guard data.certificates.count == 1, let encoded = data.certificates.first,
            case .issuerAndSerialNumber(let name) = signerInfo.sid,
            let certificate = try? CertificateView(parsing: encoded),
            certificate.serialNumber == name.serialNumber
        else { return nil }
        return certificate
    }
}

extension PKIMessage {
    /// The digest the message was signed with, `nil` when it is unknown.
    public var digest: DigestAlgorithm? { signerInfo.digest }

    /// Checks the signature with the key of the signer's certificate.
    ///
    /// The certificate itself is not judged: a first request is signed with a throw-away certificate that may be of
    /// version 1, expired, or carry extensions of any kind.
    ///
    /// - Throws: ``SCEPError/signerCertificateMissing`` or ``SCEPError/signatureInvalid``.
    public func verifySignature() throws(SCEPError) {
        guard let signer else { throw .signerCertificateMissing }
        try verifySignature(with: signer)
    }

    /// Checks the signature with the key of a certificate known from elsewhere.
    ///
    /// - Throws: ``SCEPError/signatureInvalid``.
    public func verifySignature(with certificate: CertificateView) throws(SCEPError) {
        guard let key = certificate.publicKey else { throw .signatureInvalid }
        do throws(FormatError) {
            try signedData.verify(signerInfo, with: key)
        } catch {
            throw .signatureInvalid
        }
    }

    /// Whether the message carries an envelope; a CertPoll may do without, PENDING and FAILURE always do.
    public var hasEnvelope: Bool { signedData.content.map { !$0.isEmpty } ?? false }

    /// The envelope, `nil` when the message carries none.
    ///
    /// - Throws: ``SCEPError/unreadable(_:)`` when the contents are something else.
    public func envelope() throws(SCEPError) -> EnvelopedData? {
        guard hasEnvelope, let content = signedData.content else { return nil }
        return try reading { () throws(FormatError) in try EnvelopedData(parsing: content) }
    }
}
