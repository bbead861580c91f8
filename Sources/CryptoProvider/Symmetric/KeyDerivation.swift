// SPDX-License-Identifier: Apache-2.0

import CLibCrypto

/// Keys from passwords.
///
/// The cost parameters come from files of others, so all are bounded.
public enum KeyDerivation {
    /// The most PBKDF2 iterations that are calculated: some seconds of one processor.
    public static let maximumIterations = 10_000_000
    /// The most memory scrypt may use, in octets: four times the common N = 16,384, r = 8.
    public static let maximumScryptByteCount = 64 * 1024 * 1024
    /// The most scrypt lanes.
    public static let maximumScryptParallelism = 16
    /// The longest key, in octets.
    public static let maximumKeyByteCount = 1024

    /// PBKDF2 with HMAC.
    ///
    /// - Throws: ``CryptoError/limitExceeded(_:limit:)`` over ``maximumIterations`` or ``maximumKeyByteCount``,
    ///   ``CryptoError/invalidParameter(_:)`` below one iteration or octet.
    ///
    /// Source: RFC 8018, section 5.2.
    public static func pbkdf2(
        password: [UInt8], salt: [UInt8], digest: DigestAlgorithm, iterations: Int, keyLength: Int
    ) throws(CryptoError) -> [UInt8] {
        let length = try checkedLength(keyLength)
        guard iterations >= 1 else { throw .invalidParameter("PBKDF2 needs at least one iteration") }
        guard iterations <= maximumIterations, let rounds = Int32(exactly: iterations) else {
            throw .limitExceeded("PBKDF2 iterations", limit: maximumIterations)
        }
        guard let passwordLength = Int32(exactly: password.count), let saltLength = Int32(exactly: salt.count) else {
            throw .limitExceeded("password or salt length", limit: Int(Int32.max))
        }
        var key = [UInt8](repeating: 0, count: keyLength)
        LibCrypto.prepare()
        // A C string pointer for a buffer with a length: libcrypto reads `passwordLength` octets and no more.
        let result = password.withUnsafeBytes { password in
            PKCS5_PBKDF2_HMAC(
                password.baseAddress?.assumingMemoryBound(to: CChar.self), passwordLength, salt, saltLength, rounds,
                digest.libCryptoDigest, length, &key)
        }
        try requireSuccess(result, "PBKDF2")
        return key
    }

    /// scrypt.
    ///
    /// - Throws: ``CryptoError/limitExceeded(_:limit:)`` when the memory (128 · n · r octets), the lanes or the key
    ///   length are over their limit, ``CryptoError/invalidParameter(_:)`` when n is no power of two above one or
    ///   another parameter is below one.
    ///
    /// Source: RFC 7914, section 6.
    public static func scrypt(
        password: [UInt8], salt: [UInt8], n: Int, r: Int, p: Int, keyLength: Int
    ) throws(CryptoError) -> [UInt8] {
        _ = try checkedLength(keyLength)
        guard n > 1, n.nonzeroBitCount == 1, r >= 1, p >= 1 else {
            throw .invalidParameter("scrypt needs n as a power of two above one, and r and p of at least one")
        }
        let memory = n.multipliedReportingOverflow(by: r)
        guard !memory.overflow, memory.partialValue <= maximumScryptByteCount / 128 else {
            throw .limitExceeded("scrypt memory", limit: maximumScryptByteCount)
        }
        guard p <= maximumScryptParallelism else {
            throw .limitExceeded("scrypt parallelism", limit: maximumScryptParallelism)
        }
        var key = [UInt8](repeating: 0, count: keyLength)
        LibCrypto.prepare()
        let result = password.withUnsafeBytes { password in
            EVP_PBE_scrypt(
                password.baseAddress?.assumingMemoryBound(to: CChar.self), password.count, salt, salt.count,
                UInt64(n), UInt64(r), UInt64(p), libCryptoMemoryLimit, &key, keyLength)
        }
        try requireSuccess(result, "scrypt")
        return key
    }

    private static func checkedLength(_ keyLength: Int) throws(CryptoError) -> Int32 {
        guard keyLength >= 1, let length = Int32(exactly: keyLength) else {
            throw .invalidParameter("a derived key needs at least one octet")
        }
        guard keyLength <= maximumKeyByteCount else {
            throw .limitExceeded("derived key length", limit: maximumKeyByteCount)
        }
        return length
    }

    /// libcrypto counts its own buffers too, so its limit is wider than ours.
    private static let libCryptoMemoryLimit = UInt64(2 * maximumScryptByteCount)
}
