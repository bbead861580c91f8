// SPDX-License-Identifier: Apache-2.0

extension SoftwareKey {
    /// Generates an RSA key with a modulus of 1024 bits, which is weak and no ``KeyType``.
    ///
    /// It is for a device whose management server asks for this length, as the CSPs of Windows let it do, and for no
    /// key of an authority or a server: what is chosen by a name on a command line or in a configuration is a
    /// ``KeyType``, so that none of them can lead here.
    ///
    /// - Throws: ``CryptoError/operationFailed(_:)`` when libcrypto cannot.
    ///
    /// Source: NIST SP 800-131A revision 2, section 5: RSA under 2048 bits is disallowed for signing.
    public static func generateLegacyRSA1024(id: KeyID, pool: CryptoPool) throws(CryptoError) -> SoftwareKey {
        try SoftwareKey(.rsa(try RSAPrivateKey(generatingBitCount: 1024).numbers()), id: id, pool: pool)
    }
}
