// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
import PKIFormats

/// A private key of the stores, as its file holds it.
public enum AgentKey: Hashable, Sendable {
    /// The numbers of the key, in a PKCS#8 file.
    case software(PrivateKeyMaterial)
    /// A key that only this machine's TPM works with, in a `TSS2 PRIVATE KEY` file.
    case tpm(TPMKeyFile)
    /// A key that only the PIN of a container opens, in a file with PEM blocks `PUBLIC KEY` and `CMS`.
    case sealed(SealedKey)

    /// Reads a file; `nil` when there is no key in it.
    init?(reading contents: [UInt8]) {
        if TPMKeyFile.isOne(contents) {
            guard let file = try? TPMKeyFile(parsing: contents) else { return nil }
            self = .tpm(file)
        } else if let key = SealedKey(reading: contents) {
            self = .sealed(key)
        } else {
            guard let file = try? PrivateKeyFile(reading: contents) else { return nil }
            self = .software(file.key.material)
        }
    }

    /// The file.
    var contents: [UInt8] {
        switch self {
        case .software(let material):
            Array(PEM.encode(PrivateKeyInfo(material).derBytes, label: "PRIVATE KEY").utf8)
        case .tpm(let file): file.serialize()
        case .sealed(let key): key.contents
        }
    }

    /// The numbers of the key; `nil` for one in the TPM, which nobody can take out, and for one that needs a PIN.
    public var material: PrivateKeyMaterial? {
        if case .software(let material) = self { material } else { nil }
    }

    /// The public half, by which a key finds its certificate.
    ///
    /// - Throws: ``CryptoProvider/CryptoError/invalidKey(_:)`` when the numbers are no key.
    public func publicKey() throws(CryptoError) -> PublicKey {
        switch self {
        case .software(let material): try material.publicKey()
        case .tpm(let file): file.publicKey
        case .sealed(let key): key.publicKey
        }
    }

    /// The key, ready to sign and decrypt.
    ///
    /// - Parameters:
    ///   - id: its name.
    ///   - pool: where it calculates, or waits for the TPM.
    ///   - tpm: the TPM of this machine.
    /// - Returns: the key.
    /// - Throws: ``CryptoProvider/CryptoError/invalidKey(_:)`` when the numbers are no key;
    ///   ``CryptoProvider/TPMError/unavailable(path:reason:)`` for a key in a TPM when there is none;
    ///   ``CryptoProvider/CryptoError/unsupported(_:)`` for a key that needs a PIN.
    public func privateKey(
        id: KeyID, pool: CryptoPool, tpm: (any KeyTPM)?
    ) throws(CryptoError) -> any PrivateKey {
        switch self {
        case .software(let material): return try SoftwareKey(material, id: id, pool: pool)
        case .tpm(let file):
            guard let tpm else { throw .tpm(.unavailable(path: "this machine", reason: "no TPM is configured")) }
            return TPMKey(file, id: id, tpm: tpm, pool: pool)
        case .sealed: throw .unsupported("using a key without the PIN of its container")
        }
    }

    /// Decrypts a content key on the calling thread; see ``CryptoProvider/PrivateKey/unwrap(_:transport:keyLength:)``.
    func unwrapSynchronously(
        _ encryptedKey: [UInt8], transport: KeyTransport, keyLength: Int, pool: CryptoPool, tpm: (any KeyTPM)?
    ) throws(CryptoError) -> [UInt8] {
        switch try privateKey(id: KeyID(rawValue: "password"), pool: pool, tpm: tpm) {
        case let key as SoftwareKey:
            return try key.unwrapSynchronously(encryptedKey, transport: transport, keyLength: keyLength)
        case let key as TPMKey:
            return try key.unwrapSynchronously(encryptedKey, transport: transport, keyLength: keyLength)
        default: throw .unsupported("this kind of key")
        }
    }
}
