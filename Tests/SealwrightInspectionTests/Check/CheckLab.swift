// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightTesting
import Testing
import TrustEvaluation

@testable import SealwrightInspection

/// A root, an issuing authority, and server certificates as good or as bad as a test needs them.
struct CheckLab {
    static let now = Fixture.now
    static let host = "ns.example.test"

    let rootKey: SoftwareKey
    let issuingKey: SoftwareKey
    let root: CertificateView
    let issuing: CertificateView

    init(issuingAlgorithm: SignatureAlgorithm = .rsaPKCS1(.sha256), issuingType: KeyType = .rsa2048) throws {
        rootKey = try TestKeys.shared.key(.rsa2048, 700)
        issuingKey = try TestKeys.shared.key(issuingType, 701)
        var root = try Maker("CN=Check Root", key: rootKey)
        root.notAfter = Self.now.adding(seconds: 3_000 * 86_400)
        root.extensions = try Self.authorityExtensions(rootKey)
        self.root = try CertificateView(parsing: root.certificate())
        self.issuing = try Self.issued(
            "CN=Check Issuing", key: issuingKey, by: "CN=Check Root", rootKey, issuingAlgorithm,
            extensions: Self.authorityExtensions(issuingKey), days: 1_000)
    }

    static func authorityExtensions(_ key: SoftwareKey) throws -> [CertificateExtension] {
        [
            BasicConstraints.authority(pathLength: nil).certificateExtension,
            KeyUsage([.keyCertSign, .cRLSign]).certificateExtension,
            SubjectKeyIdentifier(for: SubjectPublicKeyInfo(key.publicKey)).certificateExtension,
        ]
    }

    static func issued(
        _ subject: String, key: SoftwareKey, by issuer: String, _ issuerKey: SoftwareKey,
        _ algorithm: SignatureAlgorithm, extensions: [CertificateExtension], days: Int64
    ) throws -> CertificateView {
        let tbs = TBSCertificate(
            serialNumber: .random(), signature: algorithm, issuer: try DistinguishedName(text: issuer),
            notBefore: now.adding(seconds: -10 * 86_400), notAfter: now.adding(seconds: days * 86_400),
            subject: try DistinguishedName(text: subject), subjectPublicKeyInfo: SubjectPublicKeyInfo(key.publicKey),
            extensions: extensions
        ).derBytes
        return try CertificateView(
            parsing: TBSCertificate.certificate(
                tbs: tbs, signature: try issuerKey.signSynchronously(tbs, algorithm: algorithm), algorithm: algorithm))
    }

    /// What a server's certificate is made of; every field is good until a test changes it.
    struct Server {
        var subject = "CN=ns.example.test"
        /// Stands for the subject where its text could not be parsed.
        var subjectName: DistinguishedName?
        var key: PublicKey
        /// Stands for the key where it is none that can be calculated with.
        var keyInfo: SubjectPublicKeyInfo?
        var algorithm = SignatureAlgorithm.rsaPKCS1(.sha256)
        var serial = SerialNumber.random()
        var notBefore = now.adding(seconds: -10 * 86_400)
        var notAfter = now.adding(seconds: 80 * 86_400)
        var names: [GeneralName]? = [.dnsName(host)]
        var purposes: [OID]? = [.serverAuth]
        var keyUsage: KeyUsage? = [.digitalSignature, .keyEncipherment]
        var isAuthority: Bool?
        var pointers = true
        var others: [CertificateExtension] = []

        init() throws { key = try TestKeys.shared.key(.rsa2048, 702).publicKey }

        var extensions: [CertificateExtension] {
            var all: [CertificateExtension] = []
            if let names { all.append(SubjectAlternativeName(names).certificateExtension) }
            if let purposes { all.append(ExtendedKeyUsage(purposes).certificateExtension) }
            if let keyUsage { all.append(keyUsage.certificateExtension) }
            if isAuthority == true { all.append(BasicConstraints.authority(pathLength: nil).certificateExtension) }
            if pointers {
                all.append(CRLDistributionPoints(uris: ["http://crl.example.test/i.crl"]).certificateExtension)
                let access = AuthorityInformationAccess(
                    ocsp: ["http://ocsp.example.test/i"], caIssuers: ["http://ca.example.test/i.cer"])
                all.append(access.certificateExtension)
            }
            return all + others
        }
    }

    /// A server's certificate, issued here.
    func server(_ change: (inout Server) throws -> Void = { _ in }) throws -> CertificateView {
        var server = try Server()
        try change(&server)
        return try signed(server, issuer: "CN=Check Issuing", by: issuingKey)
    }

    /// A server's certificate that signed itself.
    func selfSigned(_ change: (inout Server) throws -> Void = { _ in }) throws -> CertificateView {
        var server = try Server()
        try change(&server)
        return try signed(server, issuer: server.subject, by: TestKeys.shared.key(.rsa2048, 702))
    }

    private func signed(_ server: Server, issuer: String, by key: SoftwareKey) throws -> CertificateView {
        let tbs = TBSCertificate(
            serialNumber: server.serial, signature: server.algorithm, issuer: try DistinguishedName(text: issuer),
            notBefore: server.notBefore, notAfter: server.notAfter,
            subject: try server.subjectName ?? DistinguishedName(text: server.subject),
            subjectPublicKeyInfo: server.keyInfo ?? SubjectPublicKeyInfo(server.key), extensions: server.extensions
        ).derBytes
        return try CertificateView(
            parsing: TBSCertificate.certificate(
                tbs: tbs, signature: try key.signSynchronously(tbs, algorithm: server.algorithm),
                algorithm: server.algorithm))
    }

    // MARK: Checking

    func settings(_ profile: RequirementProfile) -> CheckSettings {
        CheckSettings(profile: profile, time: Self.now, anchors: [TrustAnchor(root)])
    }

    /// A PKCS#12 as the profile of Table 1 wants it.
    static let pfx = FileFacts(form: .pkcs12, key: .matching, protection: "AES-256-CBC PBES2")

    func subject(
        _ leaf: CertificateView, origin: CheckSubject.Origin = .file(pfx), presented: [CertificateView]? = nil,
        name: String? = host, file: String = "ns.pfx"
    ) -> CheckSubject {
        var subject = CheckSubject(
            name: file, uri: file, origin: origin, leaf: leaf, presented: presented ?? [leaf, issuing])
        subject.askedNames = name.map { [$0] }
        return subject
    }

    func report(
        _ profile: RequirementProfile, _ leaf: CertificateView, origin: CheckSubject.Origin = .file(pfx),
        presented: [CertificateView]? = nil, name: String? = host, _ change: (inout CheckSettings) -> Void = { _ in }
    ) -> CheckReport {
        var settings = settings(profile)
        change(&settings)
        return CertificateCheck(settings).report(
            on: subject(leaf, origin: origin, presented: presented, name: name))
    }
}

extension CheckReport {
    /// The ids of the rules broken, the gravest first, with the severity in front: `error CHK-NAME-001`.
    var told: [String] { findings.map { "\($0.severity.rawValue) \($0.code.rawValue)" } }

    func row(_ element: CheckElement) -> CheckRow? { rows.first { $0.element == element } }
}
