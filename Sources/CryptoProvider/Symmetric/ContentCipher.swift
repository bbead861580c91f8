// SPDX-License-Identifier: Apache-2.0

/// A symmetric cipher for message content, with its mode.
///
/// Source: FIPS 197; SP 800-38A; SP 800-38D; SP 800-67; RFC 3565; RFC 5084.
public enum ContentCipher: String, CaseIterable, Sendable, Hashable, Codable {
    /// AES with a key of 128 bits in CBC mode.
    case aes128CBC
    /// AES with a key of 192 bits in CBC mode.
    case aes192CBC
    /// AES with a key of 256 bits in CBC mode.
    case aes256CBC
    /// AES with a key of 128 bits in GCM mode.
    case aes128GCM
    /// AES with a key of 192 bits in GCM mode.
    case aes192GCM
    /// AES with a key of 256 bits in GCM mode.
    case aes256GCM
    /// Three-key Triple DES in CBC mode. Weak; a named opt-in.
    case tripleDESCBC
    /// DES in CBC mode. Broken; a named opt-in.
    case desCBC

    /// The number of octets of a key.
    public var keyByteCount: Int {
        switch self {
        case .aes128CBC, .aes128GCM: 16
        case .aes192CBC, .aes192GCM, .tripleDESCBC: 24
        case .aes256CBC, .aes256GCM: 32
        case .desCBC: 8
        }
    }

    /// The number of octets of the initialisation vector, or of the nonce.
    public var ivByteCount: Int {
        switch self {
        case .aes128CBC, .aes192CBC, .aes256CBC: 16
        case .aes128GCM, .aes192GCM, .aes256GCM: 12
        case .tripleDESCBC, .desCBC: 8
        }
    }

    /// Whether the cipher notices changes to the ciphertext.
    public var isAuthenticated: Bool { self == .aes128GCM || self == .aes192GCM || self == .aes256GCM }

    /// Whether the cipher is too weak for anything but old peers.
    public var isLegacy: Bool { self == .tripleDESCBC || self == .desCBC }

    /// The lengths of tag, in octets, that are accepted; the longest is what ``encrypt(_:key:iv:authenticating:)``
    /// makes.
    ///
    /// Source: RFC 5084, section 3.2.
    public static let tagByteCounts = 12...16

    /// Encrypts content, in CBC modes with the padding of RFC 5652, section 6.3.
    ///
    /// - Parameters:
    ///   - plaintext: the content.
    ///   - key: exactly ``keyByteCount`` octets.
    ///   - iv: exactly ``ivByteCount`` octets, never used twice with one key.
    ///   - authenticating: further octets the tag covers; must be empty in CBC modes.
    /// - Returns: the ciphertext, and in GCM modes a tag of 16 octets.
    /// - Throws: ``CryptoError/invalidParameter(_:)`` when a length is wrong.
    public func encrypt(
        _ plaintext: some Collection<UInt8>, key: [UInt8], iv: [UInt8], authenticating: [UInt8] = []
    ) throws(CryptoError) -> (ciphertext: [UInt8], tag: [UInt8]) {
        try check(key: key, iv: iv, authenticating: authenticating)
        let context = try CipherContext(self, key: libCryptoKey(key), iv: iv, direction: .encrypt)
        if isAuthenticated {
            try context.authenticate(authenticating)
            let ciphertext = try context.process(Array(plaintext))
            return (ciphertext, try context.tag(byteCount: Self.tagByteCounts.upperBound))
        }
        return (try context.process(BlockPadding.add(to: plaintext, blockByteCount: ivByteCount)), [])
    }

    /// Decrypts content.
    ///
    /// - Parameters:
    ///   - ciphertext: the encrypted content.
    ///   - key: exactly ``keyByteCount`` octets.
    ///   - iv: exactly ``ivByteCount`` octets.
    ///   - tag: in GCM modes 12 to 16 octets; empty in CBC modes.
    ///   - authenticating: the further octets the tag covers; must be empty in CBC modes.
    /// - Returns: the content.
    /// - Throws: ``CryptoError/invalidParameter(_:)`` when the length of a parameter is wrong, and
    ///   ``CryptoError/decryptionFailed`` for everything that depends on key and content. The padding is checked in
    ///   constant time.
    public func decrypt(
        _ ciphertext: some Collection<UInt8>, key: [UInt8], iv: [UInt8], tag: [UInt8] = [],
        authenticating: [UInt8] = []
    ) throws(CryptoError) -> [UInt8] {
        try check(key: key, iv: iv, authenticating: authenticating)
        let context = try CipherContext(self, key: libCryptoKey(key), iv: iv, direction: .decrypt)
        if isAuthenticated {
            guard Self.tagByteCounts.contains(tag.count) else {
                throw .invalidParameter("a tag of \(tag.count) octets is not accepted")
            }
            try context.authenticate(authenticating)
            let plaintext = try context.process(Array(ciphertext))
            guard context.verify(tag: tag) else { throw .decryptionFailed }
            return plaintext
        }
        guard tag.isEmpty else { throw .invalidParameter("\(rawValue) has no tag") }
        guard !ciphertext.isEmpty, ciphertext.count.isMultiple(of: ivByteCount) else { throw .decryptionFailed }
        return try BlockPadding.remove(from: context.process(Array(ciphertext)), blockByteCount: ivByteCount)
    }

    private func check(key: [UInt8], iv: [UInt8], authenticating: [UInt8]) throws(CryptoError) {
        guard key.count == keyByteCount else {
            throw .invalidParameter("a key of \(rawValue) has \(keyByteCount) octets, not \(key.count)")
        }
        guard iv.count == ivByteCount else {
            throw .invalidParameter("an IV or nonce of \(rawValue) has \(ivByteCount) octets, not \(iv.count)")
        }
        guard isAuthenticated || authenticating.isEmpty else {
            throw .invalidParameter("\(rawValue) authenticates nothing")
        }
    }

    /// Single DES is Triple DES with one key three times, so libcrypto's legacy provider is not needed.
    private func libCryptoKey(_ key: [UInt8]) -> [UInt8] { self == .desCBC ? key + key + key : key }
}
