// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// A message that lacks nothing but its signature.
///
/// Whoever holds the key signs ``bytesToSign``.
///
/// Source: RFC 8894, section 3.2.
struct PKIMessageDraft: Sendable {
    /// The octets to sign.
    let bytesToSign: [UInt8]
    /// How to sign them.
    ///
    /// On the wire RSA is named `rsaEncryption`, the digest standing beside it.
    let signatureAlgorithm: SignatureAlgorithm
    private let prepared: PreparedSignedData

    /// Lays out a message.
    init(
        content: EncapsulatedContent, attributes: [Attribute], certificates: [[UInt8]], signer: CertificateView,
        digest: DigestAlgorithm
    ) throws(SCEPError) {
        guard let key = signer.publicKey else { throw .malformed("signer", reason: "a key of an unknown kind") }
        signatureAlgorithm = key.signatureAlgorithm(digest)
        let template = SignerTemplate(
            certificate: signer, signatureAlgorithm: signatureAlgorithm, signedAttributes: attributes)
        prepared = try writing { () throws(FormatError) in
            try SignedData.prepare(content: content, certificates: certificates, signers: [template])
        }
        bytesToSign = prepared.bytesToSign.first ?? []
    }

    /// Puts the signature in.
    ///
    /// - Returns: the DER of the message.
    /// - Throws: ``SCEPError`` never in practice: there is one signer and one signature.
    func finish(signature: [UInt8]) throws(SCEPError) -> [UInt8] {
        try writing { () throws(FormatError) in try prepared.finish(signatures: [signature]) }
    }
}

extension PublicKey {
    /// The signature such a key makes with a digest.
    func signatureAlgorithm(_ digest: DigestAlgorithm) -> SignatureAlgorithm {
        switch self {
        case .rsa: .rsaPKCS1(digest)
        case .ec: .ecdsa(digest)
        case .ed25519: .ed25519
        }
    }
}

/// Runs a writer of PKIFormats and tells its failure as one of this target.
func writing<Value>(_ body: () throws(FormatError) -> Value) throws(SCEPError) -> Value {
    do throws(FormatError) {
        return try body()
    } catch {
        throw .malformed("message", reason: error.description)
    }
}
