// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider

extension SignedData {
    /// Checks one signature with the key of its signer.
    ///
    /// With signed attributes: `contentType` and `messageDigest` must each be there once with one value and agree
    /// with the content, and the signature covers the attributes as received. Without: the content must be `id-data`
    /// and the signature covers its octets. A message without content signs zero octets.
    ///
    /// - Parameters:
    ///   - signer: one of ``signerInfos``.
    ///   - key: the public key of the certificate the signer names.
    ///   - detached: the content of a detached signature. When the message has content of its own both must be
    ///     equal.
    /// - Throws: ``FormatError/verificationFailed(_:)`` when the digest or the signature does not match,
    ///   ``FormatError/unsupportedAlgorithm(_:)`` when it cannot be judged, other cases when the signer breaks the
    ///   rules above.
    ///
    /// Source: RFC 5652, sections 5.4 and 5.6.
    public func verify(
        _ signer: SignerInfo, with key: PublicKey, content detached: [UInt8]? = nil
    ) throws(FormatError) {
        guard let digest = signer.digest else { throw .unsupportedAlgorithm(signer.digestAlgorithm.oid) }
        guard let algorithm = signer.signatureAlgorithmWithDigest, algorithm.agrees(with: digest) else {
            throw .unsupportedAlgorithm(signer.signatureAlgorithm.oid)
        }
        let signedContent = try contentToVerify(detached)
        let signedBytes: [UInt8]
        if let attributes = signer.signedAttributesBytes {
            try checkAttributes(of: signer, over: signedContent, digest: digest)
            signedBytes = attributes
        } else {
            try checkMayLackAttributes(signedContent)
            signedBytes = signedContent
        }
        guard key.isValidSignature(signer.signature, of: signedBytes, algorithm: algorithm) else {
            throw .verificationFailed("signature")
        }
    }

    /// The one content a signature can be over.
    private func contentToVerify(_ detached: [UInt8]?) throws(FormatError) -> [UInt8] {
        guard let content else { return detached ?? [] }
        guard detached == nil || detached == content else {
            throw .invalidValue(field: "eContent", reason: "differs from the detached content it was checked against")
        }
        return content
    }

    /// Source: RFC 5652, sections 11.1 and 11.2.
    private func checkAttributes(
        of signer: SignerInfo, over content: [UInt8], digest: DigestAlgorithm
    ) throws(FormatError) {
        guard try signer.signedValue(.contentType).oid() == contentType else {
            throw .invalidValue(field: "attribute contentType", reason: "differs from eContentType")
        }
        let expected = try signer.signedValue(.messageDigest).octetString()
        guard digest.hash(content).elementsEqual(expected) else { throw .verificationFailed("messageDigest") }
    }

    /// Refuses content that is itself a set of signed attributes.
    ///
    /// Who drops the attributes of a message and offers their encoding as its content has a valid signature over
    /// words the signer never wrote as content. Content of another type than `id-data` must be signed with
    /// attributes anyway.
    private func checkMayLackAttributes(_ content: [UInt8]) throws(FormatError) {
        guard contentType == .data else { throw .missing("signedAttrs") }
        guard content.first == 0x31, let element = try? ASN1Element(parsing: content),
            let set = try? AttributeSet(parsing: element),
            set.attributes.contains(where: { $0.type == .messageDigest })
        else { return }
        throw .invalidValue(field: "eContent", reason: "is a set of signed attributes")
    }
}

extension SignatureAlgorithm {
    /// Whether this is signed with the digest the SignerInfo announces, so that a policy that looks at one of the
    /// two has looked at both.
    ///
    /// Ed25519 digests inside; RFC 8419 wants SHA-512 announced, but what is announced only makes the
    /// messageDigest.
    ///
    /// Source: RFC 8933, section 3.1.
    func agrees(with digest: DigestAlgorithm) -> Bool {
        switch self {
        case .rsaPKCS1(let own), .rsaPSS(let own, _, _), .ecdsa(let own): own == digest
        case .ed25519: true
        }
    }
}
