// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
public import PKIFormats

extension ConformanceMaterial {
    /// Makes three PFX files with certificates that vouch for themselves, one of them for a container, and two
    /// authorities for the trees of certificates.
    ///
    /// - Parameters:
    ///   - pool: where keys calculate.
    ///   - now: the moment; the certificates are valid for a day.
    /// - Returns: what the cases send.
    /// - Throws: ``AgentServiceError/crypto(_:)``, ``AgentServiceError/store(_:)``.
    public static func made(pool: CryptoPool, at now: Timestamp) throws(AgentServiceError) -> ConformanceMaterial {
        let authorities = [
            try SelfIssued(authority: "conformance", pool: pool, at: now).certificate,
            try SelfIssued(authority: "replacement", pool: pool, at: now).certificate,
        ]
        return ConformanceMaterial(
            pfx: try PFXFile.made("conformance", pool: pool, at: now),
            replacement: try PFXFile.made("replacement", pool: pool, at: now),
            certificates: authorities.map { (Thumbprint(of: $0).text, Base64.encode($0)) },
            container: Container(
                name: "conformance", pfx: try PFXFile.made("container", KeyContainer.keyType, pool: pool, at: now)))
    }
}

extension ConformanceMaterial.PFXFile {
    /// The file is opened some hundred times, its keys go with the run, and many programs write as few rounds.
    private static let iterations = 2_048

    fileprivate static func made(
        _ name: String, _ type: KeyType = .ecP256, pool: CryptoPool, at now: Timestamp
    ) throws(AgentServiceError) -> Self {
        let usage: KeyUsage = [.digitalSignature, .keyEncipherment]
        let own = try SelfIssued(
            name, type, [usage.certificateExtension, BasicConstraints.endEntity.certificateExtension], pool: pool,
            at: now)
        let password = Hex.encode(SecureRandom.bytes(12))
        guard
            let file = try? PFX.write(
                key: PrivateKeyInfo(own.key), certificate: own.certificate, password: Array(password.utf8),
                iterations: iterations)
        else { throw .store(.unreadable("no PKCS#12 can be made")) }
        return Self(
            base64: Base64.encode(file), password: password, thumbprint: Thumbprint(of: own.certificate).text)
    }
}

/// A certificate that vouches for itself for a day, with its key.
private struct SelfIssued {
    let certificate: [UInt8]
    let key: PrivateKeyMaterial

    init(
        _ name: String, _ type: KeyType, _ extensions: [CertificateExtension], pool: CryptoPool, at now: Timestamp
    ) throws(AgentServiceError) {
        let key = try CryptoError.running { () throws(CryptoError) in
            try SoftwareKey.generate(type, id: KeyID(rawValue: name), pool: pool)
        }
        let subject = DistinguishedName([(.commonName, name)])
        let algorithm = key.defaultSignatureAlgorithm
        let tbs = TBSCertificate(
            serialNumber: .random(), signature: algorithm, issuer: subject, notBefore: now.adding(seconds: -3_600),
            notAfter: now.adding(seconds: 86_400), subject: subject,
            subjectPublicKeyInfo: SubjectPublicKeyInfo(key.publicKey), extensions: extensions
        ).derBytes
        let (signature, material) = try CryptoError.running { () throws(CryptoError) in
            (try key.signSynchronously(tbs, algorithm: algorithm), try key.material())
        }
        certificate = TBSCertificate.certificate(tbs: tbs, signature: signature, algorithm: algorithm)
        self.key = material
    }

    init(authority name: String, pool: CryptoPool, at now: Timestamp) throws(AgentServiceError) {
        let usage: KeyUsage = [.keyCertSign, .cRLSign]
        try self.init(
            name, .ecP256,
            [usage.certificateExtension, BasicConstraints.authority(pathLength: nil).certificateExtension], pool: pool,
            at: now)
    }
}
