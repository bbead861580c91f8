// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightTesting

/// Makes certificates as good or as bad as a test needs them.
struct Maker {
    var subject = "CN=made"
    var issuer: String?
    var serial = SerialNumber(octets: [1, 2, 3])
    var notBefore = Fixture.now.adding(seconds: -86_400 * 100)
    var notAfter = Fixture.now.adding(seconds: 86_400 * 265)
    var extensions: [CertificateExtension] = []
    var key: SoftwareKey
    var algorithm: SignatureAlgorithm?

    init(_ subject: String = "CN=made", key: SoftwareKey? = nil) throws {
        self.subject = subject
        self.key = try key ?? TestKeys.shared.key(.ecP256)
    }

    func certificate() throws -> [UInt8] {
        let algorithm = algorithm ?? key.defaultSignatureAlgorithm
        let name = try DistinguishedName(text: subject)
        let tbs = TBSCertificate(
            serialNumber: serial, signature: algorithm,
            issuer: try issuer.map { try DistinguishedName(text: $0) } ?? name,
            notBefore: notBefore, notAfter: notAfter, subject: name,
            subjectPublicKeyInfo: SubjectPublicKeyInfo(key.publicKey), extensions: extensions
        ).derBytes
        return TBSCertificate.certificate(
            tbs: tbs, signature: try key.signSynchronously(tbs, algorithm: algorithm), algorithm: algorithm)
    }
}
