// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// An authority that issues on the spot.
struct Issuer: Sendable {
    let name: DistinguishedName
    let key: SoftwareKey
    /// Its own certificate; `nil` while that is being made.
    let certificate: CertificateView?

    /// Makes an authority, under another one or by itself.
    static func make(_ subject: String, _ type: KeyType = .ecP256, under issuer: Issuer? = nil) throws -> Issuer {
        let key = try SoftwareKey.generate(type, id: KeyID(rawValue: subject), pool: TestAgent.pool)
        let name = try DistinguishedName(rfc4514: subject)
        let encoded = try (issuer ?? Issuer(name: name, key: key, certificate: nil))
            .issue(name, key.publicKey, isAuthority: true)
        return Issuer(name: name, key: key, certificate: try CertificateView(parsing: encoded))
    }

    /// Issues a certificate.
    func issue(
        _ subject: DistinguishedName, _ publicKey: PublicKey, isAuthority: Bool = false, days: Int64 = 30,
        extensions: [CertificateExtension] = []
    ) throws -> [UInt8] {
        let usage: KeyUsage = isAuthority ? [.keyCertSign, .cRLSign] : [.digitalSignature, .keyEncipherment]
        let constraints: BasicConstraints = isAuthority ? .authority(pathLength: nil) : .endEntity
        let algorithm = key.defaultSignatureAlgorithm
        let tbs = TBSCertificate(
            serialNumber: .random(), signature: algorithm, issuer: name,
            notBefore: TestAgent.now.adding(seconds: -3600), notAfter: TestAgent.now.adding(seconds: days * 86_400),
            subject: subject, subjectPublicKeyInfo: SubjectPublicKeyInfo(publicKey),
            extensions: [usage.certificateExtension, constraints.certificateExtension] + extensions
        ).derBytes
        let signature = try key.signSynchronously(tbs, algorithm: algorithm)
        return TBSCertificate.certificate(tbs: tbs, signature: signature, algorithm: algorithm)
    }
}
