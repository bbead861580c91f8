// SPDX-License-Identifier: Apache-2.0

/// A digest (hash) function.
///
/// The raw value is the name used in configuration and in the API.
///
/// Source: RFC 1321; FIPS 180-4.
public enum DigestAlgorithm: String, CaseIterable, Sendable, Codable, Hashable {
    /// MD5, 16 octets. Broken; for reading old messages only.
    case md5
    /// SHA-1, 20 octets. Broken for signatures; still the identifier of keys and of OCSP.
    case sha1
    /// SHA-224, 28 octets.
    case sha224
    /// SHA-256, 32 octets.
    case sha256
    /// SHA-384, 48 octets.
    case sha384
    /// SHA-512, 64 octets.
    case sha512

    /// The number of octets of a digest.
    public var byteCount: Int {
        switch self {
        case .md5: 16
        case .sha1: 20
        case .sha224: 28
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    /// Whether the function is broken for signatures, so that its use is a named opt-in.
    public var isLegacy: Bool { self == .md5 || self == .sha1 }

    /// The digest of some bytes.
    public func hash(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var digest = IncrementalDigest(self)
        digest.update(bytes)
        return digest.finish()
    }

    /// The HMAC of some bytes.
    ///
    /// Source: RFC 2104.
    public func authenticationCode(_ bytes: some Collection<UInt8>, key: some Collection<UInt8>) -> [UInt8] {
        var key = key.count > blockByteCount ? hash(key) : Array(key)
        key.append(contentsOf: repeatElement(0, count: blockByteCount - key.count))
        defer { SecretBytes.wipe(&key) }
        var inner = IncrementalDigest(self)
        inner.update(key.map { $0 ^ 0x36 })
        inner.update(bytes)
        var outer = IncrementalDigest(self)
        outer.update(key.map { $0 ^ 0x5c })
        outer.update(inner.finish())
        return outer.finish()
    }

    /// The number of octets the function takes in one step, which HMAC pads its key to.
    private var blockByteCount: Int {
        switch self {
        case .md5, .sha1, .sha224, .sha256: 64
        case .sha384, .sha512: 128
        }
    }
}
