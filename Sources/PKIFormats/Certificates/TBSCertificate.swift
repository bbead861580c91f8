// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider

/// What a certificate authority signs: version 3, in the form RFC 5280 asks for.
///
/// ```
/// TBSCertificate ::= SEQUENCE {
///     version [0] EXPLICIT INTEGER, serialNumber INTEGER, signature AlgorithmIdentifier, issuer Name,
///     validity SEQUENCE { notBefore Time, notAfter Time }, subject Name,
///     subjectPublicKeyInfo SubjectPublicKeyInfo, extensions [3] EXPLICIT Extensions OPTIONAL }
/// ```
///
/// Its ``derBytes`` are recorded before they are signed and signed exactly as recorded.
///
/// Source: RFC 5280, section 4.1.
public struct TBSCertificate: Hashable, Sendable, DEREncodable {
    /// The serial number.
    public var serialNumber: SerialNumber
    /// The algorithm that will sign.
    public var signature: SignatureAlgorithm
    /// The authority's name, octet for octet as in its own certificate.
    public var issuer: DistinguishedName
    /// The begin of validity.
    public var notBefore: Timestamp
    /// The end of validity.
    public var notAfter: Timestamp
    /// Whom the certificate names.
    public var subject: DistinguishedName
    /// The certified key.
    public var subjectPublicKeyInfo: SubjectPublicKeyInfo
    /// The extensions in the order they are written.
    public var extensions: [CertificateExtension]

    /// Makes a certificate to be signed.
    public init(
        serialNumber: SerialNumber, signature: SignatureAlgorithm, issuer: DistinguishedName, notBefore: Timestamp,
        notAfter: Timestamp, subject: DistinguishedName, subjectPublicKeyInfo: SubjectPublicKeyInfo,
        extensions: [CertificateExtension]
    ) {
        self.serialNumber = serialNumber
        self.signature = signature
        self.issuer = issuer
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.subject = subject
        self.subjectPublicKeyInfo = subjectPublicKeyInfo
        self.extensions = extensions
    }

    /// Appends the octets to be signed.
    public func encode(into writer: inout DERWriter) {
        writer.sequence { writer in
            writer.explicit(0) { $0.integer(2) }
            writer.append(serialNumber)
            writer.append(AlgorithmIdentifier(signature))
            writer.append(issuer)
            writer.sequence { writer in
                writer.time(notBefore)
                writer.time(notAfter)
            }
            writer.append(subject)
            writer.append(subjectPublicKeyInfo)
            if !extensions.isEmpty { writer.explicit(3) { $0.extensions(extensions) } }
        }
    }

    /// The octets to be signed, written into one buffer of about the right size.
    public var derBytes: [UInt8] {
        let values = extensions.reduce(0) { $0 + $1.value.count + 20 }
        let names = issuer.derBytes.count + subject.derBytes.count
        var writer = DERWriter(capacity: values + names + subjectPublicKeyInfo.encoded.count + 160)
        encode(into: &writer)
        return writer.bytes
    }

    /// Joins signed octets and signature to a certificate.
    ///
    /// Source: RFC 5280, section 4.1.1.
    public static func certificate(tbs: [UInt8], signature: [UInt8], algorithm: SignatureAlgorithm) -> [UInt8] {
        DERWriter.signed(tbs, signature: signature, algorithm: algorithm)
    }
}

extension DERWriter {
    /// Joins signed octets, algorithm and signature: the outer form of certificates, requests and CRLs.
    ///
    /// Source: RFC 5280, sections 4.1.1 and 5.1.1; RFC 2986, section 4.2.
    public static func signed(_ tbs: [UInt8], signature: [UInt8], algorithm: SignatureAlgorithm) -> [UInt8] {
        var writer = DERWriter(capacity: tbs.count + signature.count + 96)
        writer.sequence { writer in
            writer.append(tbs)
            writer.append(AlgorithmIdentifier(algorithm))
            writer.bitString(signature)
        }
        return writer.bytes
    }
}
