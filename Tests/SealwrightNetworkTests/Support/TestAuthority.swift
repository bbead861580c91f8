// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightNetwork
import SealwrightTesting
import Testing
import TrustEvaluation

/// An authority that issues whatever a test needs, right or wrong.
struct TestAuthority {
    /// What a certificate is to look like.
    struct Wish {
        var subject = "CN=localhost"
        var names: [String] = ["DNS:localhost", "IP:127.0.0.1"]
        var purposes: [OID]? = [.serverAuth, .clientAuth]
        var serial: SerialNumber?
        /// Seconds around the present.
        var begin: Int64 = -3_600
        var end: Int64 = 86_400 * 90
        var isAuthority = false
        var keyUsage = KeyUsage.digitalSignature
        var key: KeyType = .ecP256
        var keyNumber = 700
        var signature: CryptoProvider.SignatureAlgorithm?
    }

    let certificate: CertificateView
    let key: SoftwareKey

    /// A root, or an authority below another.
    init(_ subject: String = "CN=Link Root", number: Int = 710, below issuer: TestAuthority? = nil) throws {
        key = try TestKeys.shared.key(.ecP256, number)
        let name = try DistinguishedName(text: subject)
        var wish = Wish(subject: subject, names: [], purposes: nil)
        wish.isAuthority = true
        certificate = try Self.issue(
            wish, key: key, issuer: issuer?.certificate.subject ?? name, signer: issuer?.key ?? key)
    }

    /// An issuer with somebody's certificate, authority or not.
    init(identity: ServedIdentity) throws {
        certificate = identity.certificate
        key = try #require(identity.key as? SoftwareKey)
    }

    /// A certificate of this authority with its key.
    func identity(_ change: (inout Wish) -> Void = { _ in }, chain: [CertificateView] = []) throws -> ServedIdentity {
        var wish = Wish()
        change(&wish)
        let key = try TestKeys.shared.key(wish.key, wish.keyNumber)
        let certificate = try Self.issue(wish, key: key, issuer: self.certificate.subject, signer: self.key)
        return try ServedIdentity(chain: [certificate] + chain, key: key)
    }

    /// A certificate that signed itself.
    static func selfSigned(_ change: (inout Wish) -> Void = { _ in }) throws -> ServedIdentity {
        var wish = Wish()
        wish.keyNumber = 701
        change(&wish)
        let key = try TestKeys.shared.key(wish.key, wish.keyNumber)
        let certificate = try issue(wish, key: key, issuer: try DistinguishedName(text: wish.subject), signer: key)
        return try ServedIdentity(chain: [certificate], key: key)
    }

    /// A CRL that lists these certificates.
    func revocationList(of revoked: [CertificateView], age: Int64 = 60, life: Int64 = 86_400) throws -> RevocationList {
        let now = Timestamp.systemClock
        let list = TBSCertList(
            signature: key.defaultSignatureAlgorithm, issuer: certificate.subject,
            thisUpdate: now.adding(seconds: -age),
            nextUpdate: now.adding(seconds: life - age),
            revokedCertificates: RevokedCertificateList(
                revoked.map {
                    RevokedCertificate(serialNumber: $0.serialNumber, revocationDate: now, reason: .keyCompromise)
                }), crlNumber: CRLNumber(1),
            authorityKeyIdentifier: AuthorityKeyIdentifier(
                keyIdentifier: SubjectPublicKeyInfo(key.publicKey).keyIdentifier))
        let signature = try key.signSynchronously(list.derBytes, algorithm: key.defaultSignatureAlgorithm)
        return try RevocationList(
            parsing: DERWriter.signed(
                list.derBytes, signature: signature, algorithm: key.defaultSignatureAlgorithm))
    }

    private static func issue(
        _ wish: Wish, key: SoftwareKey, issuer: DistinguishedName, signer: SoftwareKey
    ) throws -> CertificateView {
        let now = Timestamp.systemClock
        var extensions: [CertificateExtension] = []
        if wish.isAuthority {
            extensions.append(BasicConstraints.authority(pathLength: nil).certificateExtension)
            extensions.append(KeyUsage([.keyCertSign, .cRLSign]).certificateExtension)
        } else {
            extensions.append(wish.keyUsage.certificateExtension)
        }
        if let purposes = wish.purposes { extensions.append(ExtendedKeyUsage(purposes).certificateExtension) }
        if !wish.names.isEmpty {
            extensions.append(
                SubjectAlternativeName(wish.names.compactMap { GeneralName(text: $0) }).certificateExtension)
        }
        let algorithm = wish.signature ?? signer.defaultSignatureAlgorithm
        let tbs = TBSCertificate(
            serialNumber: wish.serial ?? .random(), signature: algorithm, issuer: issuer,
            notBefore: now.adding(seconds: wish.begin), notAfter: now.adding(seconds: wish.end),
            subject: try DistinguishedName(text: wish.subject),
            subjectPublicKeyInfo: SubjectPublicKeyInfo(key.publicKey), extensions: extensions)
        let signature = try signer.signSynchronously(tbs.derBytes, algorithm: algorithm)
        return try CertificateView(
            parsing: TBSCertificate.certificate(tbs: tbs.derBytes, signature: signature, algorithm: algorithm))
    }
}
