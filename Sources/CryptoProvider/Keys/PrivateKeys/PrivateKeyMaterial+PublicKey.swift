// SPDX-License-Identifier: Apache-2.0

extension PrivateKeyMaterial {
    /// The public half, by which a key finds its certificate.
    ///
    /// - Throws: ``CryptoError/invalidKey(_:)`` when the numbers are no key, or its two halves do not belong together.
    public func publicKey() throws(CryptoError) -> PublicKey { try SoftwareSecret(self).publicKey() }
}
