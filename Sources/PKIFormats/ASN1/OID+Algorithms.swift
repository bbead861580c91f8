// SPDX-License-Identifier: Apache-2.0

// Algorithms, curves and password-based encryption: RFC 3279, 4055, 5480, 5758, 8018, 8410, 9881; FIPS registers.

extension OID {
    /// RSA keys; in CMS also PKCS#1 v1.5 signatures and key transport.
    public static let rsaEncryption = OID(1, 2, 840, 113549, 1, 1, 1)
    /// RSA PKCS#1 v1.5 signature over MD5.
    public static let md5WithRSAEncryption = OID(1, 2, 840, 113549, 1, 1, 4)
    /// RSA PKCS#1 v1.5 signature over SHA-1.
    public static let sha1WithRSAEncryption = OID(1, 2, 840, 113549, 1, 1, 5)
    /// RSA key transport with OAEP padding.
    public static let rsaesOAEP = OID(1, 2, 840, 113549, 1, 1, 7)
    /// Mask generation function 1.
    public static let mgf1 = OID(1, 2, 840, 113549, 1, 1, 8)
    /// The label source of OAEP.
    public static let pSpecified = OID(1, 2, 840, 113549, 1, 1, 9)
    /// RSA signature with PSS padding; parameters name the digests.
    public static let rsassaPSS = OID(1, 2, 840, 113549, 1, 1, 10)
    /// RSA PKCS#1 v1.5 signature over SHA-256.
    public static let sha256WithRSAEncryption = OID(1, 2, 840, 113549, 1, 1, 11)
    /// RSA PKCS#1 v1.5 signature over SHA-384.
    public static let sha384WithRSAEncryption = OID(1, 2, 840, 113549, 1, 1, 12)
    /// RSA PKCS#1 v1.5 signature over SHA-512.
    public static let sha512WithRSAEncryption = OID(1, 2, 840, 113549, 1, 1, 13)
    /// RSA PKCS#1 v1.5 signature over SHA-224.
    public static let sha224WithRSAEncryption = OID(1, 2, 840, 113549, 1, 1, 14)
    /// The old OIW name of RSA with SHA-1, which Microsoft's makecert writes.
    public static let sha1WithRSASignature = OID(1, 3, 14, 3, 2, 29)
    /// Elliptic-curve keys; the parameters name the curve.
    public static let ecPublicKey = OID(1, 2, 840, 10045, 2, 1)
    /// ECDSA over SHA-1.
    public static let ecdsaWithSHA1 = OID(1, 2, 840, 10045, 4, 1)
    /// ECDSA over the digest its parameters name.
    public static let ecdsaWithSpecified = OID(1, 2, 840, 10045, 4, 3)
    /// ECDSA over SHA-224.
    public static let ecdsaWithSHA224 = OID(1, 2, 840, 10045, 4, 3, 1)
    /// ECDSA over SHA-256.
    public static let ecdsaWithSHA256 = OID(1, 2, 840, 10045, 4, 3, 2)
    /// ECDSA over SHA-384.
    public static let ecdsaWithSHA384 = OID(1, 2, 840, 10045, 4, 3, 3)
    /// ECDSA over SHA-512.
    public static let ecdsaWithSHA512 = OID(1, 2, 840, 10045, 4, 3, 4)
    /// X25519 key agreement keys.
    public static let x25519 = OID(1, 3, 101, 110)
    /// X448 key agreement keys.
    public static let x448 = OID(1, 3, 101, 111)
    /// Ed25519 keys and signatures.
    public static let ed25519 = OID(1, 3, 101, 112)
    /// Ed448 keys and signatures.
    public static let ed448 = OID(1, 3, 101, 113)
    /// DSA keys.
    public static let dsa = OID(1, 2, 840, 10040, 4, 1)
    /// DSA over SHA-1.
    public static let dsaWithSHA1 = OID(1, 2, 840, 10040, 4, 3)
    /// DSA over SHA-256.
    public static let dsaWithSHA256 = OID(2, 16, 840, 1, 101, 3, 4, 3, 2)
    /// ML-DSA-44 keys and signatures.
    public static let mlDSA44 = OID(2, 16, 840, 1, 101, 3, 4, 3, 17)
    /// ML-DSA-65 keys and signatures.
    public static let mlDSA65 = OID(2, 16, 840, 1, 101, 3, 4, 3, 18)
    /// ML-DSA-87 keys and signatures.
    public static let mlDSA87 = OID(2, 16, 840, 1, 101, 3, 4, 3, 19)
}

// MARK: - Curves

extension OID {
    /// NIST P-256.
    public static let p256 = OID(1, 2, 840, 10045, 3, 1, 7)
    /// NIST P-384.
    public static let p384 = OID(1, 3, 132, 0, 34)
    /// NIST P-521.
    public static let p521 = OID(1, 3, 132, 0, 35)
}

// MARK: - Digests

extension OID {
    /// MD5.
    public static let md5 = OID(1, 2, 840, 113549, 2, 5)
    /// SHA-1.
    public static let sha1 = OID(1, 3, 14, 3, 2, 26)
    /// SHA-256.
    public static let sha256 = OID(2, 16, 840, 1, 101, 3, 4, 2, 1)
    /// SHA-384.
    public static let sha384 = OID(2, 16, 840, 1, 101, 3, 4, 2, 2)
    /// SHA-512.
    public static let sha512 = OID(2, 16, 840, 1, 101, 3, 4, 2, 3)
    /// SHA-224.
    public static let sha224 = OID(2, 16, 840, 1, 101, 3, 4, 2, 4)
}

// MARK: - Ciphers

extension OID {
    /// DES in CBC mode.
    public static let desCBC = OID(1, 3, 14, 3, 2, 7)
    /// Triple DES in CBC mode.
    public static let desEDE3CBC = OID(1, 2, 840, 113549, 3, 7)
    /// RC2 in CBC mode.
    public static let rc2CBC = OID(1, 2, 840, 113549, 3, 2)
    /// AES-128 in CBC mode.
    public static let aes128CBC = OID(2, 16, 840, 1, 101, 3, 4, 1, 2)
    /// AES-128 in GCM mode.
    public static let aes128GCM = OID(2, 16, 840, 1, 101, 3, 4, 1, 6)
    /// AES-192 in CBC mode.
    public static let aes192CBC = OID(2, 16, 840, 1, 101, 3, 4, 1, 22)
    /// AES-192 in GCM mode.
    public static let aes192GCM = OID(2, 16, 840, 1, 101, 3, 4, 1, 26)
    /// AES-256 in CBC mode.
    public static let aes256CBC = OID(2, 16, 840, 1, 101, 3, 4, 1, 42)
    /// AES-256 in GCM mode.
    public static let aes256GCM = OID(2, 16, 840, 1, 101, 3, 4, 1, 46)
}

// MARK: - Password-based encryption

extension OID {
    /// Password-based encryption scheme 2.
    public static let pbes2 = OID(1, 2, 840, 113549, 1, 5, 13)
    /// Password-based key derivation function 2.
    public static let pbkdf2 = OID(1, 2, 840, 113549, 1, 5, 12)
    /// The scrypt key derivation function.
    public static let scrypt = OID(1, 3, 6, 1, 4, 1, 11591, 4, 11)
    /// HMAC over SHA-1.
    public static let hmacWithSHA1 = OID(1, 2, 840, 113549, 2, 7)
    /// HMAC over SHA-224.
    public static let hmacWithSHA224 = OID(1, 2, 840, 113549, 2, 8)
    /// HMAC over SHA-256.
    public static let hmacWithSHA256 = OID(1, 2, 840, 113549, 2, 9)
    /// HMAC over SHA-384.
    public static let hmacWithSHA384 = OID(1, 2, 840, 113549, 2, 10)
    /// HMAC over SHA-512.
    public static let hmacWithSHA512 = OID(1, 2, 840, 113549, 2, 11)
}
