// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
public import PKIFormats

/// The signature of a device over a whole management message, in an HTTP header.
///
/// With `RequireMessageSigning` set, every message of the device carries the header `MDM-Signature`: the Base64 of a
/// detached CMS signature over the body as sent, made with the device's certificate. It proves the device where a
/// proxy ends TLS.
///
/// It is verified over the received octets, before anything reads them. What it proves is who wrote the message, not
/// when: a replay is found by session and message numbers.
///
/// Source: DMClient CSP, Provider/{ProviderID}/RequireMessageSigning; RFC 5652, section 5.2.
public enum MDMSignature {
    /// The name of the header.
    public static let headerName = "MDM-Signature"
    /// The names the header is read under: an issue of a public server calls it by the second.
    public static let acceptedHeaderNames = [headerName, "MS-Signature"]
    /// Octets the header may have; a signature with one RSA-4096 certificate needs 5,000.
    public static let headerLimit = 64 << 10

    /// Why a signature proves nothing.
    public enum Failure: Error, Hashable, Sendable {
        /// The header is no Base64 of a SignedData, or too long.
        case unreadable
        /// The signature has not exactly one signer.
        case signerCount(Int)
        /// Neither the message carries the signer's certificate nor was one given.
        case certificateMissing
        /// The signer's certificate is not the one enrolled.
        case otherCertificate
        /// The signature is made with an algorithm that is not allowed; its name is given.
        case algorithmNotAllowed(String)
        /// The signature does not verify over this body.
        case invalid
    }

    /// Verifies a signature.
    ///
    /// - Parameters:
    ///   - header: the value of the header.
    ///   - body: the body as received.
    ///   - enrolled: the certificate the device was enrolled with; without it the certificate in the message is taken.
    /// - Returns: the certificate that signed. Whether it is one of ours, and not revoked, is for the caller to judge.
    /// - Throws: ``Failure``.
    public static func verify(
        _ header: String, over body: [UInt8], enrolled: CertificateView? = nil
    ) throws(Failure) -> CertificateView {
        guard header.utf8.count <= headerLimit, let octets = Base64.decode(header, tolerance: .tolerant),
            let message = try? SignedData(parsing: octets), message.content == nil
        else { throw .unreadable }
        guard let signer = message.signerInfos.first, message.signerInfos.count == 1 else {
            throw .signerCount(message.signerInfos.count)
        }
        let carried = message.certificate(of: signer)
        guard let certificate = enrolled ?? carried else { throw .certificateMissing }
        guard signer.sid.identifies(certificate), carried == nil || carried == certificate else {
            throw .otherCertificate
        }
        try checkAlgorithms(of: signer)
        guard let key = certificate.publicKey, (try? message.verify(signer, with: key, content: body)) != nil else {
            throw .invalid
        }
        return certificate
    }

    /// The serial number by which a signature names the certificate of its signer, to look that up where the signature
    /// does not carry it.
    ///
    /// - Parameter header: the value of the header.
    /// - Returns: `nil` when the header cannot be read, or names the certificate by its key.
    public static func serialNumber(ofSignerIn header: String) -> SerialNumber? {
        guard header.utf8.count <= headerLimit, let octets = Base64.decode(header, tolerance: .tolerant),
            let message = try? SignedData(parsing: octets),
            case .issuerAndSerialNumber(let name)? = message.signerInfos.first?.sid
        else { return nil }
        return name.serialNumber
    }

    private static func checkAlgorithms(of signer: SignerInfo) throws(Failure) {
        guard let digest = signer.digest, let algorithm = signer.signatureAlgorithmWithDigest else {
            throw .algorithmNotAllowed(signer.signatureAlgorithm.oid.nameOrDotted)
        }
        guard !digest.isLegacy, !(algorithm.digest?.isLegacy ?? false) else {
            throw .algorithmNotAllowed(algorithm.description)
        }
    }

    /// Lays out a signature up to its octets; ``header(_:)`` takes the finished message.
    ///
    /// - Parameters:
    ///   - body: the body as it will be sent.
    ///   - certificate: the device's certificate; it goes along.
    ///   - algorithm: how its key signs, with SHA-2.
    /// - Returns: the bytes to sign.
    /// - Throws: `FormatError`.
    public static func prepare(
        _ body: [UInt8], certificate: CertificateView, algorithm: SignatureAlgorithm
    ) throws(FormatError) -> PreparedSignedData {
        try SignedData.prepare(
            content: .detached(body), certificates: [certificate.encoded],
            signers: [SignerTemplate(certificate: certificate, signatureAlgorithm: algorithm)])
    }

    /// The value of the header: Base64 in one line.
    public static func header(_ message: [UInt8]) -> String { Base64.encode(message) }
}

extension MDMSignature.Failure {
    /// The stable code of this failure.
    public var code: String {
        switch self {
        case .unreadable: "omadm.signature-unreadable"
        case .signerCount: "omadm.signature-signer-count"
        case .certificateMissing: "omadm.signature-certificate-missing"
        case .otherCertificate: "omadm.signature-other-certificate"
        case .algorithmNotAllowed: "omadm.signature-algorithm-not-allowed"
        case .invalid: "omadm.signature-invalid"
        }
    }
}

extension MDMSignature.Failure: CustomStringConvertible {
    /// One sentence for people.
    public var description: String {
        switch self {
        case .unreadable: "the header is no Base64 of a detached CMS signature"
        case .signerCount(let count): "the signature has \(count) signers instead of one"
        case .certificateMissing: "the certificate of the signer is not known"
        case .otherCertificate: "another certificate than the enrolled one signed"
        case .algorithmNotAllowed(let name): "a message signed with \(name) is not taken here"
        case .invalid: "the signature does not verify over the message"
        }
    }
}
