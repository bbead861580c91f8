// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider

/// What the holder of a key signs to ask for a certificate.
///
/// Source: RFC 2986, section 4.1.
public struct CertificationRequestInfo: Hashable, Sendable {
    /// The octets to be signed.
    public let derBytes: [UInt8]

    /// Joins the octets and their signature to a request.
    public func finish(signature: [UInt8], algorithm: SignatureAlgorithm) -> [UInt8] {
        DERWriter.signed(derBytes, signature: signature, algorithm: algorithm)
    }
}

extension CertificationRequest {
    /// Writes what the key's holder signs.
    public static func prepare(
        subject: DistinguishedName, subjectPublicKeyInfo: SubjectPublicKeyInfo, attributes: [Attribute] = []
    ) -> CertificationRequestInfo {
        var writer = DERWriter(capacity: subjectPublicKeyInfo.encoded.count + 512)
        writer.sequence { writer in
            writer.integer(0)
            writer.append(subject)
            writer.append(subjectPublicKeyInfo)
            writer.setOf(attributes.map(\.derBytes), tag: .context(0))
        }
        return CertificationRequestInfo(derBytes: writer.bytes)
    }
}

extension Attribute {
    /// The secret that authorises a request: PrintableString when it can be, else UTF8String.
    ///
    /// Source: RFC 2985, section 5.4.1.
    public static func challengePassword(_ text: String) -> Attribute {
        var writer = DERWriter(capacity: text.utf8.count + 4)
        writer.string(text, as: text.isPrintableString ? .printableString : .utf8String)
        return Attribute(type: .challengePassword, values: [writer.bytes])
    }

    /// The extensions asked for.
    ///
    /// Source: RFC 2985, section 5.4.2.
    public static func extensionRequest(_ extensions: [CertificateExtension]) -> Attribute {
        var writer = DERWriter()
        writer.extensions(extensions)
        return Attribute(type: .extensionRequest, values: [writer.bytes])
    }
}
