// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import TrustEvaluation

/// A root, an issuing authority and leaves, as octets.
struct ValidationHierarchy {
    let root: [UInt8]
    let issuing: [UInt8]
    private let rootKey: SoftwareKey
    private let issuingKey: SoftwareKey
    private let leafKey: SoftwareKey
    private let names: (root: DistinguishedName, issuing: DistinguishedName)

    private static let now = Timestamp(seconds: 1_780_000_000)

    init(root: KeyType, issuing: KeyType, leaf: KeyType, _ pool: CryptoPool) throws {
        rootKey = try SoftwareKey.generate(root, id: KeyID(rawValue: "root"), pool: pool)
        issuingKey = try SoftwareKey.generate(issuing, id: KeyID(rawValue: "issuing"), pool: pool)
        leafKey = try SoftwareKey.generate(leaf, id: KeyID(rawValue: "leaf"), pool: pool)
        names = (
            try DistinguishedName(rfc4514: "CN=Benchmark Root,O=Example"),
            try DistinguishedName(rfc4514: "CN=Benchmark Issuing,O=Example")
        )
        let authority = [
            BasicConstraints.authority(pathLength: nil).certificateExtension,
            KeyUsage([.keyCertSign, .cRLSign]).certificateExtension,
        ]
        self.root = try Self.issue(names.root, rootKey.publicKey, names.root, by: rootKey, authority)
        self.issuing = try Self.issue(names.issuing, issuingKey.publicKey, names.root, by: rootKey, authority)
    }

    /// Different certificates of one key, as a busy server sees them.
    func leaves(_ count: Int) throws -> [[UInt8]] {
        let subject = try DistinguishedName(rfc4514: "CN=server.example.test")
        let extensions = [
            KeyUsage.digitalSignature.certificateExtension, ExtendedKeyUsage([.serverAuth]).certificateExtension,
            SubjectAlternativeName([.dnsName("server.example.test")]).certificateExtension,
            CRLDistributionPoints(uris: ["http://pki.example.test/issuing.crl"]).certificateExtension,
        ]
        return try (0..<count).map { _ in
            try Self.issue(subject, leafKey.publicKey, names.issuing, by: issuingKey, extensions)
        }
    }

    /// Seconds that the signatures of a path cost by themselves: the leaf's, and with two also the issuing authority's.
    ///
    /// Keys are prepared anew each time unless the issuer was verified before.
    func arithmetic(rounds: Int, upTo count: Int) throws -> Double {
        let leaf = try CertificateView(parsing: leaves(1)[0])
        let authority = try CertificateView(parsing: issuing)
        let anchor = try CertificateView(parsing: root)
        guard let rootKey = anchor.publicKey, let issuingKey = authority.publicKey else {
            throw BenchmarkError("no keys")
        }
        let start = ProcessorTime.ofThread()
        for _ in 0..<rounds {
            guard leaf.isSigned(by: issuingKey), count < 2 || authority.isSigned(by: rootKey) else {
                throw BenchmarkError("a signature does not verify")
            }
        }
        return (ProcessorTime.ofThread() - start) / Double(rounds)
    }

    /// A CRL of the issuing authority with random serial numbers.
    func revocationList(entries: Int, at time: Timestamp) throws -> RevocationList {
        let lines = (0..<entries).map { _ in
            RevokedCertificate(serialNumber: .random(), revocationDate: time, reason: .superseded)
        }
        let algorithm = issuingKey.defaultSignatureAlgorithm
        let tbs = TBSCertList(
            signature: algorithm, issuer: names.issuing, thisUpdate: time, nextUpdate: time.adding(seconds: 86_400),
            revokedCertificates: RevokedCertificateList(lines), crlNumber: CRLNumber(1),
            authorityKeyIdentifier: AuthorityKeyIdentifier(keyIdentifier: SecureRandom.bytes(20))
        ).derBytes
        let signature = try issuingKey.signSynchronously(tbs, algorithm: algorithm)
        return try RevocationList(
            parsing: TBSCertList.certificateList(tbs: tbs, signature: signature, algorithm: algorithm))
    }

    private static func issue(
        _ subject: DistinguishedName, _ key: PublicKey, _ issuer: DistinguishedName, by signer: SoftwareKey,
        _ extensions: [CertificateExtension]
    ) throws -> [UInt8] {
        let info = SubjectPublicKeyInfo(key)
        let identifiers = [
            SubjectKeyIdentifier(for: info).certificateExtension,
            AuthorityKeyIdentifier(keyIdentifier: SubjectPublicKeyInfo(signer.publicKey).keyIdentifier)
                .certificateExtension,
        ]
        let algorithm = signer.defaultSignatureAlgorithm
        let tbs = TBSCertificate(
            serialNumber: .random(), signature: algorithm, issuer: issuer, notBefore: now.adding(seconds: -86_400),
            notAfter: now.adding(seconds: 86_400), subject: subject, subjectPublicKeyInfo: info,
            extensions: extensions + identifiers
        ).derBytes
        let signature = try signer.signSynchronously(tbs, algorithm: algorithm)
        return TBSCertificate.certificate(tbs: tbs, signature: signature, algorithm: algorithm)
    }
}
