// SPDX-License-Identifier: Apache-2.0

/// A kind of key that can be generated.
///
/// The raw value is the name used on the command line and in configuration.
public enum KeyType: String, CaseIterable, Sendable, Codable, Hashable {
    /// RSA with a modulus of 2048 bits.
    case rsa2048 = "rsa-2048"
    /// RSA with a modulus of 3072 bits.
    case rsa3072 = "rsa-3072"
    /// RSA with a modulus of 4096 bits.
    case rsa4096 = "rsa-4096"
    /// An elliptic-curve key on P-256.
    case ecP256 = "ec-p256"
    /// An elliptic-curve key on P-384.
    case ecP384 = "ec-p384"
    /// An elliptic-curve key on P-521.
    case ecP521 = "ec-p521"
    /// An Ed25519 key.
    case ed25519 = "ed25519"
}
