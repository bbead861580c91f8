// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
public import PKIFormats

extension ConformanceMaterial {
    /// Makes three PFX files with certificates that vouch for themselves, one of them for a container.
    ///
    /// - Parameters:
    ///   - pool: where keys calculate.
    ///   - now: the moment; the certificates are valid for a day.
    /// - Returns: what the cases send.
    /// - Throws: ``AgentServiceError/crypto(_:)``, ``AgentServiceError/store(_:)``.
    public static func made(pool: CryptoPool, at now: Timestamp) throws(AgentServiceError) -> ConformanceMaterial {
        ConformanceMaterial(
            pfx: try PFXFile.made("conformance", pool: pool, at: now),
            replacement: try PFXFile.made("replacement", pool: pool, at: now),
            container: Container(
                name: "conformance", pfx: try PFXFile.made("container", KeyContainer.keyType, pool: pool, at: now)))
    }
}

extension ConformanceMaterial.PFXFile {
    fileprivate static func made(
        _ name: String, _ type: KeyType = .ecP256, pool: CryptoPool, at now: Timestamp
    ) throws(AgentServiceError) -> Self {
        let key = try CryptoError.running { () throws(CryptoError) in
            try SoftwareKey.generate(type, id: KeyID(rawValue: name), pool: pool)
        }
        let subject = DistinguishedName([(.commonName, name)])
        let algorithm = key.defaultSignatureAlgorithm
        let usage: KeyUsage = [.digitalSignature, .keyEncipherment]
        let tbs = TBSCertificate(
            serialNumber: .random(), signature: algorithm, issuer: subject, notBefore: now.adding(seconds: -3_600),
            notAfter: now.adding(seconds: 86_400), subject: subject,
            subjectPublicKeyInfo: SubjectPublicKeyInfo(key.publicKey),
            extensions: [usage.certificateExtension, BasicConstraints.endEntity.certificateExtension]
        ).derBytes
        let (signature, material) = try CryptoError.running { () throws(CryptoError) in
            (try key.signSynchronously(tbs, algorithm: algorithm), try key.material())
        }
        let certificate = TBSCertificate.certificate(tbs: tbs, signature: signature, algorithm: algorithm)
        let password = Hex.encode(SecureRandom.bytes(12))
        guard
            let file = try? PFX.write(
                key: PrivateKeyInfo(material), certificate: certificate, password: Array(password.utf8))
        else { throw .store(.unreadable("no PKCS#12 can be made")) }
        return Self(
            base64: Base64.encode(file), password: password, thumbprint: Thumbprint(of: certificate).text)
    }
}
