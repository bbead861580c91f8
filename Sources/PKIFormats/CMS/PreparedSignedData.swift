// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

/// A SignedData that lacks nothing but its signatures.
///
/// Made by ``SignedData/prepare(content:contentType:certificates:crls:signers:)``. Whoever holds the keys signs
/// ``bytesToSign`` and hands the signatures to ``finish(signatures:)``; no key ever comes here.
///
/// Source: RFC 5652, section 5.4.
public struct PreparedSignedData: Sendable {
    /// For each signer, in the order given, the octets to sign: its signed attributes as a DER SET OF (first octet
    /// 0x31).
    public let bytesToSign: [[UInt8]]
    /// The signers, in the order given.
    public let signers: [SignerTemplate]
    let content: EncapsulatedContent
    let contentType: OID
    let certificates: [[UInt8]]
    let crls: [[UInt8]]

    /// Puts the signatures in.
    ///
    /// - Parameter signatures: one for each of ``bytesToSign``, in the same order.
    /// - Returns: the DER of a ContentInfo.
    /// - Throws: ``FormatError/invalidValue(field:reason:)`` when there are more or fewer signatures than signers.
    public func finish(signatures: [[UInt8]]) throws(FormatError) -> [UInt8] {
        guard signatures.count == signers.count else {
            throw .invalidValue(
                field: "signatures", reason: "\(signatures.count) given for \(signers.count) signers")
        }
        let infos = signers.indices.map { index in
            Self.signerInfo(signers[index], signedAttributes: bytesToSign[index], signature: signatures[index])
        }
        let capacity = certificates.reduce(1024 + signers.count * 1024) { $0 + $1.count } + content.signed.count
        return ContentInfo.encode(.signedData, capacity: capacity) { writer in
            writer.sequence { encodeFields(into: &$0, signerInfos: infos) }
        }
    }

    private func encodeFields(into writer: inout DERWriter, signerInfos: [[UInt8]]) {
        writer.integer(version)
        writer.setOf(Set(signers.map(\.digest)).map { AlgorithmIdentifier(digest: $0).derBytes })
        writer.sequence { info in
            info.oid(contentType)
            if let octets = content.carried { info.explicit(0) { $0.octetString(octets) } }
        }
        if !certificates.isEmpty { writer.setOf(certificates, tag: .context(0)) }
        if !crls.isEmpty { writer.setOf(crls, tag: .context(1)) }
        writer.setOf(signerInfos)
    }

    /// 1 for plain data and signers named by issuer and serial number, 3 otherwise.
    private var version: Int {
        contentType == .data && !signers.contains { $0.identifier.isSubjectKeyIdentifier } ? 1 : 3
    }

    private static func signerInfo(
        _ signer: SignerTemplate, signedAttributes: [UInt8], signature: [UInt8]
    ) -> [UInt8] {
        var writer = DERWriter(capacity: signedAttributes.count + signature.count + 256)
        writer.sequence { info in
            info.integer(signer.identifier.isSubjectKeyIdentifier ? 3 : 1)
            info.append(signer.identifier)
            info.append(AlgorithmIdentifier(digest: signer.digest))
            // The SET OF becomes `[0] IMPLICIT` by its first octet alone.
            info.append([0xA0])
            info.append(signedAttributes.dropFirst())
            info.append(AlgorithmIdentifier(inSignerInfo: signer.signatureAlgorithm))
            info.octetString(signature)
            if !signer.unsignedAttributes.isEmpty {
                info.setOf(signer.unsignedAttributes.map(\.derBytes), tag: .context(1))
            }
        }
        return writer.bytes
    }
}

extension AlgorithmIdentifier {
    /// Names a signature algorithm as a SignerInfo does.
    ///
    /// RSA PKCS#1 v1.5 is `rsaEncryption` with NULL, since the digest stands beside it. strongSwan up to 5.9.8
    /// refuses `sha256WithRSAEncryption` here.
    ///
    /// Source: RFC 3370, section 3.2.
    init(inSignerInfo algorithm: SignatureAlgorithm) {
        if case .rsaPKCS1 = algorithm {
            self.init(oid: .rsaEncryption, parameters: Self.null)
        } else {
            self.init(algorithm)
        }
    }
}
