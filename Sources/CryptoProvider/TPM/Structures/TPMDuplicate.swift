// SPDX-License-Identifier: Apache-2.0

import CLibCrypto
import Crypto
import FoundationEssentials

/// A key from outside in the form of a TPM: the public area, and TPMT_SENSITIVE with the private number.
///
/// Source: TCG, TPM 2.0 Library Part 2: Structures, section 12.3.2.4, TPMT_SENSITIVE.
struct TPMImportedObject: Sendable {
    let publicArea: TPMPublicArea
    fileprivate let sensitive: [UInt8]

    /// Takes in the numbers of a key.
    ///
    /// - Throws: ``CryptoError/invalidKey(_:)`` when they are no key, ``CryptoError/unsupported(_:)`` for one that no TPM
    ///   takes.
    init(_ material: PrivateKeyMaterial) throws(CryptoError) {
        let publicKey = try material.publicKey()
        guard let type = KeyType(publicKey), var area = TPMPublicArea.template(type, attributes: .imported) else {
            throw .unsupported("\(publicKey.keyDescription) in a TPM")
        }
        var secret: [UInt8]
        let kind: TPMAlgorithm
        switch (material, publicKey) {
        case (.rsa(let numbers), .rsa(let key)):
            guard key.exponent == [1, 0, 1] else { throw .unsupported("an RSA exponent other than 65537 in a TPM") }
            // The TPM calculates the rest from one prime.
            secret = Array(numbers.p.drop { $0 == 0 })
            guard secret.count * 2 == key.modulus.count else { throw .unsupported("primes of unequal size in a TPM") }
            kind = .rsa
            area.kind = .rsa(bitCount: UInt16(clamping: key.bitCount), exponent: 0, modulus: key.modulus)
        case (.ec(let curve, let scalar, _), .ec(let key)):
            secret = curve.coordinate(Array(scalar.drop { $0 == 0 }))
            kind = .ecc
            let point = key.point.dropFirst()
            area.kind = .ecc(
                curve: curve.tpmCurve, kdf: .init(), x: Array(point.prefix(curve.byteCount)),
                y: Array(point.suffix(curve.byteCount)))
        default: throw .unsupported("\(publicKey.keyDescription) in a TPM")
        }
        defer { SecretBytes.wipe(&secret) }
        publicArea = area
        sensitive = try TPMWriter.write { (writer) throws(CryptoError) in
            writer.append(kind)
            // No password and no seed.
            try writer.append(sized: [])
            try writer.append(sized: [])
            try writer.append(sized: secret)
        }
    }
}

/// A key that was encrypted to a storage key, so that nobody on the way to the TPM reads it.
///
/// The outer wrapper alone: a seed by ECDH to the parent, AES-128 in CFB mode and HMAC with keys from the seed.
///
/// Source: TCG, TPM 2.0 Library Part 1: Architecture, section 23.3, "Duplication", and appendix C.6.
struct TPMDuplicate: Sendable {
    /// TPMT_PUBLIC.
    let publicOctets: [UInt8]
    /// The contents of TPM2B_PRIVATE: the HMAC behind its size, then the encrypted TPM2B_SENSITIVE.
    let encrypted: [UInt8]
    /// The contents of TPM2B_ENCRYPTED_SECRET: the point of the ephemeral key.
    let seed: [UInt8]

    /// Encrypts to a parent on P-256 with AES-128 and SHA-256, as the storage root key is.
    ///
    /// - Throws: ``TPMError/malformedResponse(_:)`` when the parent is another key.
    init(_ object: TPMImportedObject, for parent: TPMPublicArea) throws(CryptoError) {
        let publicOctets = try object.publicArea.serialize()
        let name = TPMPublicArea.name(of: publicOctets)
        let (seed, secret) = try Self.exchange(with: parent)
        let digest = DigestAlgorithm.sha256
        let key = Array(
            Self.kdfa(seed: secret, label: "STORAGE", context: name, bitCount: 128).prefix(16))
        let plaintext = try TPMWriter.write { (writer) throws(CryptoError) in
            try writer.append(sized: object.sensitive)
        }
        let ciphertext = try Self.encrypt(plaintext, key)
        let hmacKey = Self.kdfa(seed: secret, label: "INTEGRITY", context: [], bitCount: 256)
        let code = digest.authenticationCode(ciphertext + name, key: hmacKey)
        self.publicOctets = publicOctets
        self.seed = seed
        encrypted = try TPMWriter.write { (writer) throws(CryptoError) in
            try writer.append(sized: code)
            writer.append(ciphertext)
        }
    }

    /// A seed that the parent can make again from the point: one-pass ECDH, then KDFe.
    ///
    /// Source: TCG, TPM 2.0 Library Part 1: Architecture, appendix C.6.4 and section 11.4.10.3, KDFe.
    private static func exchange(
        with parent: TPMPublicArea
    ) throws(CryptoError) -> (point: [UInt8], seed: [UInt8]) {
        guard case .ecc(EllipticCurve.p256.tpmCurve, _, let x, let y) = parent.kind,
            parent.nameAlgorithm == .sha256, parent.symmetric == TPMPublicArea.storageRootKey.symmetric
        else { throw .tpm(.malformedResponse("the storage root key is another one")) }
        let (parentX, parentY) = (EllipticCurve.p256.coordinate(x), EllipticCurve.p256.coordinate(y))
        let ephemeral = P256.KeyAgreement.PrivateKey(compactRepresentable: false)
        let shared: SharedSecret
        do {
            let key = try P256.KeyAgreement.PublicKey(rawRepresentation: parentX + parentY)
            shared = try ephemeral.sharedSecretFromKeyAgreement(with: key)
        } catch {
            throw .tpm(.malformedResponse("the storage root key is not on its curve"))
        }
        let own = Array(ephemeral.publicKey.rawRepresentation)
        let (ownX, ownY) = (Array(own.prefix(32)), Array(own.suffix(32)))
        let z = shared.withUnsafeBytes { Array($0) }
        let seed = DigestAlgorithm.sha256.hash([0, 0, 0, 1] + z + Array("DUPLICATE\0".utf8) + ownX + parentX)
        let point = try TPMWriter.write { (writer) throws(CryptoError) in
            try writer.append(sized: ownX)
            try writer.append(sized: ownY)
        }
        return (point, seed)
    }

    /// KDFa, for results of no more than one HMAC.
    ///
    /// Source: TCG, TPM 2.0 Library Part 1: Architecture, section 11.4.10.2, KDFa; SP 800-108, section 5.1.
    private static func kdfa(seed: [UInt8], label: String, context: [UInt8], bitCount: UInt32) -> [UInt8] {
        var writer = TPMWriter()
        writer.append(UInt32(1))
        writer.append(Array(label.utf8) + [0])
        writer.append(context)
        writer.append(bitCount)
        return DigestAlgorithm.sha256.authenticationCode(writer.octets, key: seed)
    }

    /// AES-128 in CFB mode with an initialisation vector of zeros; the key is used once.
    private static func encrypt(_ plaintext: [UInt8], _ key: [UInt8]) throws(CryptoError) -> [UInt8] {
        LibCrypto.prepare()
        let context = try requireValue(EVP_CIPHER_CTX_new(), "allocating a cipher")
        defer { EVP_CIPHER_CTX_free(context) }
        let iv = [UInt8](repeating: 0, count: 16)
        try requireSuccess(EVP_EncryptInit_ex(context, EVP_aes_128_cfb128(), nil, key, iv), "preparing a cipher")
        var output = [UInt8](repeating: 0, count: plaintext.count)
        var length: Int32 = 0
        try requireSuccess(
            EVP_EncryptUpdate(context, &output, &length, plaintext, Int32(clamping: plaintext.count)), "encrypting")
        guard Int(length) == plaintext.count else { throw .operationFailed("encrypting") }
        return output
    }
}
