// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
public import PKIFormats

/// A container that a person opens with a PIN: what Windows Hello for Business is to KeyLocation 4.
///
/// It is a key pair. Keys are sealed to its public half, so that a server can install them while nobody is there; the
/// private half is a PKCS#8 under the PIN (PBES2: PBKDF2 with 600,000 rounds of HMAC-SHA-256, AES-256-CBC). Whoever can
/// read this file may try PINs without being counted; it is readable by its owner only.
///
/// Source: Microsoft, ClientCertificateInstall CSP, "KeyLocation" 4; RFC 8018, section 6.2; RFC 5958, section 3.
public struct KeyContainer: Hashable, Sendable, Codable {
    /// The only kind of key that goes into a container.
    ///
    /// Source: Microsoft, ClientCertificateInstall CSP, "KeyLength": only 2048 for Windows Hello for Business.
    public static let keyType = KeyType.rsa2048

    /// Its name.
    public let name: String
    /// When it was made.
    public let created: Timestamp
    /// Wrong PINs in a row.
    public internal(set) var tries = PINTries()
    /// The public half, a SubjectPublicKeyInfo.
    private let publicKeyInfo: EncodedBytes
    /// The private half, an EncryptedPrivateKeyInfo.
    private var encryptedKey: EncodedBytes

    /// Makes a container with a key pair of its own.
    ///
    /// - Parameters:
    ///   - name: its name.
    ///   - pin: opens it.
    ///   - pool: where keys calculate.
    ///   - now: the moment.
    /// - Throws: ``ContainerError/crypto(_:)``.
    public init(
        named name: String, pin: ContainerPIN, pool: CryptoPool, at now: Timestamp
    ) throws(ContainerError) {
        let key = try ContainerError.calculating { () throws(CryptoError) in
            try SoftwareKey.generate(.rsa3072, id: KeyID(rawValue: "container"), pool: pool)
        }
        self.name = name
        created = now
        publicKeyInfo = EncodedBytes(SubjectPublicKeyInfo(key.publicKey).encoded)
        encryptedKey = try Self.encrypt(key, pin)
    }

    private static func encrypt(_ key: SoftwareKey, _ pin: ContainerPIN) throws(ContainerError) -> EncodedBytes {
        let material = try ContainerError.calculating { () throws(CryptoError) in try key.material() }
        guard let info = try? EncryptedPrivateKeyInfo(encrypting: PrivateKeyInfo(material), password: pin.octets) else {
            throw .crypto(.operationFailed("encrypting the key of a container"))
        }
        return EncodedBytes(info.derBytes)
    }
}

// MARK: - Keys in it

extension KeyContainer {
    /// Seals a key to this container; no PIN is needed.
    ///
    /// - Throws: ``HResult/notSupported`` for a key that is no RSA key of 2048 bits, ``HResult/failed`` when the
    ///   container is damaged.
    func seal(_ material: PrivateKeyMaterial) throws(HResult) -> SealedKey {
        guard let publicKey = try? material.publicKey(), KeyType(publicKey) == Self.keyType else {
            throw .notSupported
        }
        guard let element = try? ASN1Element(parsing: publicKeyInfo.octets),
            let info = try? SubjectPublicKeyInfo(parsing: element), case .rsa(let own)? = info.publicKey,
            let sealed = try? SealedKey(
                material, publicKey: publicKey,
                for: EnvelopedData.Recipient(identifier: .subjectKeyIdentifier(info.keyIdentifier), key: own))
        else { throw .failed }
        return sealed
    }

    /// The private half; the caller counts the try.
    ///
    /// - Throws: ``ContainerError/pinWrong(retryAt:)``.
    func privateKey(pin: [UInt8], pool: CryptoPool) throws(ContainerError) -> SoftwareKey {
        guard let info = try? EncryptedPrivateKeyInfo(parsing: encryptedKey.octets).decrypt(password: pin),
            let key = try? SoftwareKey(info.material, id: KeyID(rawValue: "container"), pool: pool),
            SubjectPublicKeyInfo(key.publicKey).encoded == publicKeyInfo.octets
        else { throw .pinWrong(retryAt: tries.notBefore) }
        return key
    }

    /// Puts the private half under another PIN; what is sealed to the container stays as it is.
    ///
    /// - Throws: ``ContainerError/crypto(_:)``.
    mutating func setPIN(_ pin: ContainerPIN, key: SoftwareKey) throws(ContainerError) {
        encryptedKey = try Self.encrypt(key, pin)
    }
}
