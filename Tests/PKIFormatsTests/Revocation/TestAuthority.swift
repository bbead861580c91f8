// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats

/// A certificate authority made for one test, valid around the present because foreign programs read the clock.
struct TestAuthority {
    let key: SoftwareKey
    let certificate: CertificateView
    let algorithm: SignatureAlgorithm

    static let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970))
    private static let pool = CryptoPool(threads: 1)

    init(_ type: KeyType = .ecP256, name: String = "CN=Test Authority,O=Sealwright") throws {
        key = try SoftwareKey.generate(type, id: KeyID(rawValue: "ca"), pool: Self.pool)
        algorithm = key.defaultSignatureAlgorithm
        let subject = try DistinguishedName(rfc4514: name)
        let keyInfo = SubjectPublicKeyInfo(key.publicKey)
        let extensions = [
            BasicConstraints.authority(pathLength: nil).certificateExtension,
            KeyUsage([.keyCertSign, .cRLSign]).certificateExtension,
            SubjectKeyIdentifier(for: keyInfo).certificateExtension,
        ]
        let tbs = Self.tbs(subject: subject, issuer: subject, keyInfo, algorithm, extensions).derBytes
        let signature = try key.signSynchronously(tbs, algorithm: algorithm)
        certificate = try CertificateView(
            parsing: TBSCertificate.certificate(tbs: tbs, signature: signature, algorithm: algorithm))
    }

    /// Issues a certificate for a new P-256 key.
    func issue(
        _ name: String, extensions: [CertificateExtension] = [], serialNumber: SerialNumber = .random(),
        notAfter: Timestamp = now.adding(seconds: 86_400)
    ) throws -> (certificate: CertificateView, key: SoftwareKey) {
        let key = try SoftwareKey.generate(.ecP256, id: KeyID(rawValue: "leaf"), pool: Self.pool)
        var tbs = Self.tbs(
            subject: try DistinguishedName(rfc4514: name), issuer: certificate.subject,
            SubjectPublicKeyInfo(key.publicKey), algorithm, [keyIdentifier.certificateExtension] + extensions)
        tbs.serialNumber = serialNumber
        tbs.notAfter = notAfter
        let bytes = tbs.derBytes
        let signed = TBSCertificate.certificate(
            tbs: bytes, signature: try self.key.signSynchronously(bytes, algorithm: algorithm), algorithm: algorithm)
        return (try CertificateView(parsing: signed), key)
    }

    /// Issues a certificate that may sign OCSP responses.
    func issueResponder(
        purposes: [OID] = [.ocspSigning], notAfter: Timestamp = now.adding(seconds: 86_400)
    ) throws -> (certificate: CertificateView, key: SoftwareKey) {
        let extensions = [
            KeyUsage.digitalSignature.certificateExtension, ExtendedKeyUsage(purposes).certificateExtension,
            OCSPNoCheck().certificateExtension,
        ]
        return try issue("CN=OCSP Signer", extensions: extensions, notAfter: notAfter)
    }

    /// Signs a CRL.
    func sign(_ tbs: TBSCertList) throws -> [UInt8] {
        let bytes = tbs.derBytes
        let signature = try key.signSynchronously(bytes, algorithm: algorithm)
        return TBSCertList.certificateList(tbs: bytes, signature: signature, algorithm: algorithm)
    }

    /// A CRL to sign, number 7, valid for a day.
    func tbsCertList(_ lines: [RevokedCertificate]) -> TBSCertList {
        TBSCertList(
            signature: algorithm, issuer: certificate.subject, thisUpdate: Self.now,
            nextUpdate: Self.now.adding(seconds: 86_400), revokedCertificates: RevokedCertificateList(lines),
            crlNumber: CRLNumber(7), authorityKeyIdentifier: keyIdentifier)
    }

    var keyIdentifier: AuthorityKeyIdentifier {
        AuthorityKeyIdentifier(keyIdentifier: certificate.subjectPublicKeyInfo.keyIdentifier)
    }

    /// Names a certificate of this authority.
    func certID(_ serialNumber: SerialNumber, digest: DigestAlgorithm = .sha1) -> CertID {
        CertID.make(
            issuerName: certificate.subject, issuerKeyBits: certificate.subjectPublicKeyInfo.keyBits,
            serialNumber: serialNumber, digest: digest)
    }

    /// How CertIDs of this authority's certificates name it.
    func issuer(_ digest: DigestAlgorithm) -> CertID.Issuer {
        CertID.Issuer(
            name: certificate.subject, keyBits: certificate.subjectPublicKeyInfo.keyBits, digest: digest)
    }

    private static func tbs(
        subject: DistinguishedName, issuer: DistinguishedName, _ key: SubjectPublicKeyInfo,
        _ algorithm: SignatureAlgorithm, _ extensions: [CertificateExtension]
    ) -> TBSCertificate {
        TBSCertificate(
            serialNumber: .random(), signature: algorithm, issuer: issuer, notBefore: now.adding(seconds: -3600),
            notAfter: now.adding(seconds: 86_400), subject: subject, subjectPublicKeyInfo: key, extensions: extensions)
    }
}

extension CertificateView {
    /// PEM, as every foreign program reads it.
    var pem: [UInt8] { Array(PEM.encode(encoded, label: "CERTIFICATE").utf8) }
}
