// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

extension SignedData {
    /// Lays out a message up to its signatures.
    ///
    /// - Parameters:
    ///   - content: what is signed and whether the message carries it.
    ///   - contentType: what the content is.
    ///   - certificates: encoded certificates to send along; written in DER order.
    ///   - crls: encoded CRLs to send along.
    ///   - signers: at least one.
    /// - Returns: the message and, for each signer, the bytes to sign.
    /// - Throws: ``FormatError/invalidValue(field:reason:)`` when there is no signer, or when an extra attribute is
    ///   repeated, has no value (which crashed iOS 10) or is one of the two that are always written.
    ///
    /// Source: RFC 5652, section 5.
    public static func prepare(
        content: EncapsulatedContent, contentType: OID = .data, certificates: [[UInt8]] = [], crls: [[UInt8]] = [],
        signers: [SignerTemplate]
    ) throws(FormatError) -> PreparedSignedData {
        guard !signers.isEmpty else { throw .invalidValue(field: "signerInfos", reason: "nobody signs") }
        var bytesToSign: [[UInt8]] = []
        for signer in signers {
            try checkAttributes(signer)
            let digest = signer.digest.hash(content.signed)
            bytesToSign.append(signedAttributes(of: signer, contentType: contentType, messageDigest: digest))
        }
        return PreparedSignedData(
            bytesToSign: bytesToSign, signers: signers, content: content, contentType: contentType,
            certificates: certificates, crls: crls)
    }

    /// A SignedData without signers, whose purpose is the certificates and CRLs in it.
    ///
    /// - Parameters:
    ///   - certificates: encoded certificates.
    ///   - crls: encoded CRLs.
    ///   - keepOrder: writes the certificates in the order given instead of DER order. Clients of SCEP take the
    ///     certificates of GetCACert by position; a SET OF in this order is BER.
    /// - Returns: a ContentInfo.
    ///
    /// Source: RFC 5652, section 5.1; RFC 8894, section 3.4.
    public static func certificatesOnly(
        _ certificates: [[UInt8]], crls: [[UInt8]] = [], keepOrder: Bool
    ) -> [UInt8] {
        let capacity = (certificates + crls).reduce(128) { $0 + $1.count }
        return ContentInfo.encode(.signedData, capacity: capacity) { writer in
            writer.sequence { fields in
                fields.integer(1)
                fields.setOf([])
                fields.sequence { $0.oid(.data) }
                if keepOrder, !certificates.isEmpty {
                    fields.explicit(0) { set in for certificate in certificates { set.append(certificate) } }
                } else if !certificates.isEmpty {
                    fields.setOf(certificates, tag: .context(0))
                }
                if !crls.isEmpty { fields.setOf(crls, tag: .context(1)) }
                fields.setOf([])
            }
        }
    }

    private static func signedAttributes(
        of signer: SignerTemplate, contentType: OID, messageDigest: [UInt8]
    ) -> [UInt8] {
        var digest = DERWriter(capacity: messageDigest.count + 2)
        digest.octetString(messageDigest)
        let attributes =
            signer.signedAttributes + [
                Attribute(type: .contentType, value: contentType),
                Attribute(type: .messageDigest, values: [digest.bytes]),
            ]
        var writer = DERWriter(capacity: 512)
        writer.setOf(attributes.map(\.derBytes))
        return writer.bytes
    }

    private static func checkAttributes(_ signer: SignerTemplate) throws(FormatError) {
        var seen: Set<OID> = [.contentType, .messageDigest]
        for attribute in signer.signedAttributes where !seen.insert(attribute.type).inserted {
            throw .invalidValue(field: "attribute \(attribute.type.nameOrDotted)", reason: "given more than once")
        }
        for attribute in signer.signedAttributes + signer.unsignedAttributes where attribute.values.isEmpty {
            throw .invalidValue(field: "attribute \(attribute.type.nameOrDotted)", reason: "has no value")
        }
    }
}
