// SPDX-License-Identifier: Apache-2.0

extension TPM {
    /// Signs a message; see ``KeyTPM/sign(_:with:algorithm:)``.
    ///
    /// For RSASSA-PSS a TPM chooses the length of the salt itself, and some have fewer digests than a peer asks for. Such
    /// a message is encoded here, and the TPM does the private operation alone.
    public func sign(
        _ message: [UInt8], with file: TPMKeyFile, algorithm: SignatureAlgorithm
    ) throws(CryptoError) -> [UInt8] {
        guard let hash = algorithm.digest?.hash(message) else { throw .unsupported("\(algorithm) with a TPM") }
        let operation = try Self.operation(hash, file, algorithm)
        return try converse { (session) throws(CryptoError) in
            try session.withKey(file) { (key) throws(CryptoError) in
                switch operation {
                case .encoded(let encoded): return try session.decryptRaw(encoded, key, file)
                case .digest(let digest, let scheme, let encoded):
                    do throws(CryptoError) {
                        return try session.sign(digest, scheme, key)
                    } catch {
                        guard let encoded, error.isMissingDigest else { throw error }
                        return try session.decryptRaw(encoded, key, file)
                    }
                }
            }
        }
    }

    /// What the TPM is told to do.
    private enum Operation: Sendable {
        /// Sign a digest; when it lacks the digest, the private operation on an encoded message.
        case digest([UInt8], TPMPublicArea.Scheme, orElse: [UInt8]?)
        /// The private operation on an encoded message.
        case encoded([UInt8])
    }

    private static func operation(
        _ hash: [UInt8], _ file: TPMKeyFile, _ algorithm: SignatureAlgorithm
    ) throws(CryptoError) -> Operation {
        switch (file.publicKey, algorithm) {
        case (.rsa(let key), .rsaPKCS1(let digest)):
            let encoded = file.area.attributes.contains(.decrypt) ? try key.encodedPKCS1(hash, digest) : nil
            guard let name = digest.tpmAlgorithm else {
                guard let encoded else { throw .unsupported("\(algorithm) with a TPM") }
                return .encoded(encoded)
            }
            return .digest(hash, .init(algorithm: .rsassa, hash: name), orElse: encoded)
        case (.rsa(let key), .rsaPSS(let digest, let mgfDigest, let saltLength)):
            return .encoded(
                try key.encodedPSS(hash, digest: digest, mgfDigest: mgfDigest, saltLength: saltLength))
        case (.ec(let key), .ecdsa(let digest)):
            // ECDSA takes the leftmost octets of a longer digest, and the TPM looks at the length alone.
            let usable = Array(hash.prefix(key.curve.byteCount))
            let name = DigestAlgorithm.allCases.first { $0.tpmAlgorithm != nil && $0.byteCount == usable.count }
            guard let name, digest != .md5 else { throw .unsupported("\(algorithm) with a TPM") }
            return .digest(usable, .init(algorithm: .ecdsa, hash: name.tpmAlgorithm), orElse: nil)
        default: throw .unsupported("\(algorithm) with this kind of key")
        }
    }
}

extension CryptoError {
    /// Whether a TPM refused because it does not have a digest.
    fileprivate var isMissingDigest: Bool {
        guard case .tpm(.refused(_, let code)) = self else { return false }
        return [.hash, .scheme, .value].contains(code.reason)
    }
}
