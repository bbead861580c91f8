// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import TrustEvaluation

/// An authority made for one test; its keys are P-256, so that making hundreds costs nothing.
struct Authority {
    /// What a certificate differs in from the usual one.
    struct Draft {
        var extensions: [CertificateExtension] = []
        var notBefore = Authority.now.adding(seconds: -86_400)
        var notAfter = Authority.now.adding(seconds: 86_400)
        var serialNumber = SerialNumber.random()
        /// Left out, the usual key identifiers.
        var hasKeyIdentifiers = true

        init(_ extensions: [CertificateExtension] = []) { self.extensions = extensions }
    }

    /// The moment all tests judge for.
    static let now = Timestamp(seconds: 1_780_000_000)
    private static let pool = CryptoPool(threads: 1)

    let key: SoftwareKey
    let certificate: CertificateView

    static func newKey(_ type: KeyType = .ecP256) throws -> SoftwareKey {
        try SoftwareKey.generate(type, id: KeyID(rawValue: "test"), pool: pool)
    }

    /// A root.
    init(root name: String = "CN=Root", _ draft: Draft? = nil, key type: KeyType = .ecP256) throws {
        let key = try Self.newKey(type)
        let draft = draft ?? Draft(Self.authorityExtensions())
        self.key = key
        self.certificate = try Self.make(
            name, key.publicKey, issuer: try DistinguishedName(rfc4514: name), by: key, draft, issuerKey: nil)
    }

    private init(key: SoftwareKey, certificate: CertificateView) {
        self.key = key
        self.certificate = certificate
    }

    /// What every authority's certificate says.
    static func authorityExtensions(
        pathLength: Int? = nil, usage: KeyUsage = [.keyCertSign, .cRLSign]
    ) -> [CertificateExtension] {
        [BasicConstraints.authority(pathLength: pathLength).certificateExtension, usage.certificateExtension]
    }

    /// A subordinate authority.
    func subordinate(
        _ name: String = "CN=Issuing", _ draft: Draft? = nil, key: SoftwareKey? = nil
    ) throws -> Authority {
        let key = try key ?? Self.newKey()
        let draft = draft ?? Draft(Self.authorityExtensions())
        return Authority(key: key, certificate: try issue(name, draft, key: key.publicKey))
    }

    /// An end entity's certificate.
    func issue(_ name: String = "CN=leaf", _ draft: Draft = Draft(), key: PublicKey? = nil) throws -> CertificateView {
        try Self.make(
            name, try key ?? Self.newKey().publicKey, issuer: certificate.subject, by: self.key, draft,
            issuerKey: certificate.subjectPublicKeyInfo)
    }

    /// A server's certificate for some host names.
    func server(_ hosts: String..., extensions: [CertificateExtension] = []) throws -> CertificateView {
        let names = SubjectAlternativeName(hosts.map { .dnsName($0) }).certificateExtension
        return try issue(
            "CN=server", Draft([names, ExtendedKeyUsage([.serverAuth]).certificateExtension] + extensions))
    }

    private static func make(
        _ name: String, _ key: PublicKey, issuer: DistinguishedName, by signer: SoftwareKey, _ draft: Draft,
        issuerKey: SubjectPublicKeyInfo?
    ) throws -> CertificateView {
        let info = SubjectPublicKeyInfo(key)
        var extensions = draft.extensions
        if draft.hasKeyIdentifiers {
            extensions.append(SubjectKeyIdentifier(for: info).certificateExtension)
            if let issuerKey {
                extensions.append(
                    AuthorityKeyIdentifier(keyIdentifier: issuerKey.keyIdentifier).certificateExtension)
            }
        }
        let algorithm = signer.defaultSignatureAlgorithm
        let tbs = TBSCertificate(
            serialNumber: draft.serialNumber, signature: algorithm, issuer: issuer, notBefore: draft.notBefore,
            notAfter: draft.notAfter, subject: try DistinguishedName(rfc4514: name), subjectPublicKeyInfo: info,
            extensions: extensions
        ).derBytes
        let signature = try signer.signSynchronously(tbs, algorithm: algorithm)
        return try CertificateView(
            parsing: TBSCertificate.certificate(tbs: tbs, signature: signature, algorithm: algorithm))
    }
}

extension Authority {
    /// A CRL of this authority.
    func revocationList(
        _ revoked: [CertificateView] = [], reason: CRLReason = .keyCompromise, number: Int = 1, base: Int? = nil,
        scope: IssuingDistributionPoint? = nil, thisUpdate: Timestamp = now.adding(seconds: -3600),
        nextUpdate: Timestamp = now.adding(seconds: 3600)
    ) throws -> RevocationList {
        let lines = revoked.map {
            RevokedCertificate(
                serialNumber: $0.serialNumber, revocationDate: Self.now.adding(seconds: -60), reason: reason)
        }
        let algorithm = key.defaultSignatureAlgorithm
        let tbs = TBSCertList(
            signature: algorithm, issuer: certificate.subject, thisUpdate: thisUpdate, nextUpdate: nextUpdate,
            revokedCertificates: RevokedCertificateList(lines), crlNumber: CRLNumber(number),
            authorityKeyIdentifier: AuthorityKeyIdentifier(
                keyIdentifier: certificate.subjectPublicKeyInfo.keyIdentifier),
            baseCRLNumber: base.map { CRLNumber($0) }, issuingDistributionPoint: scope
        ).derBytes
        let signature = try key.signSynchronously(tbs, algorithm: algorithm)
        return try RevocationList(
            parsing: TBSCertList.certificateList(tbs: tbs, signature: signature, algorithm: algorithm))
    }

    /// An OCSP response about a certificate of this authority, signed by itself or by a delegated signer.
    func response(
        about certificate: CertificateView, _ status: SingleResponse.CertStatus, by signer: Authority? = nil,
        thisUpdate: Timestamp = now.adding(seconds: -60), nextUpdate: Timestamp? = now.adding(seconds: 3600)
    ) throws -> OCSPResponse {
        let signer = signer ?? self
        let id = CertID.make(
            issuerName: self.certificate.subject, issuerKeyBits: self.certificate.subjectPublicKeyInfo.keyBits,
            serialNumber: certificate.serialNumber)
        let data = ResponseData(
            responderID: ResponderID(keyOf: signer.certificate.subjectPublicKeyInfo), producedAt: Self.now,
            responses: [
                SingleResponse(certID: id, certStatus: status, thisUpdate: thisUpdate, nextUpdate: nextUpdate)
            ])
        let algorithm = signer.key.defaultSignatureAlgorithm
        let signature = try signer.key.signSynchronously(data.bytesToSign, algorithm: algorithm)
        return try OCSPResponse(
            parsing: data.finish(
                signature: signature, algorithm: algorithm, certificates: [signer.certificate.encoded]))
    }
}

/// Asks the usual question with what differs.
func decide(
    _ leaf: CertificateView, through intermediates: [CertificateView] = [], to anchors: [CertificateView],
    _ change: (inout TrustQuery) -> Void = { _ in }
) -> TrustDecision {
    var query = TrustQuery(
        leaf: leaf, intermediates: intermediates, anchors: anchors.map { TrustAnchor($0) }, time: Authority.now)
    change(&query)
    return TrustValidator().evaluate(query)
}

extension TrustDecision {
    /// The codes of the errors, the most telling first.
    var errors: [TrustCode] { findings.filter { $0.severity == .error }.map(\.code) }
}
