// SPDX-License-Identifier: Apache-2.0

/// The numbers of a private key.
///
/// PKIFormats turns PKCS#8, PKCS#1 and SEC 1 bytes into these and back. The arrays hold secrets: Swift may have
/// copied them, so wiping a value of this type is never complete. Keep it short-lived.
public enum PrivateKeyMaterial: Hashable, Sendable {
    /// An RSA key.
    case rsa(RSAPrivateNumbers)
    /// An elliptic-curve key: the scalar, and the public point as `04 ‖ X ‖ Y`. An empty point is computed from
    /// the scalar.
    case ec(curve: EllipticCurve, scalar: [UInt8], point: [UInt8])
    /// An Ed25519 key: the seed of 32 octets.
    case ed25519(seed: [UInt8])
}

/// The eight numbers of a two-prime RSA private key, each as a magnitude, most significant octet first.
///
/// Source: RFC 8017, appendix A.1.2.
public struct RSAPrivateNumbers: Hashable, Sendable {
    /// The modulus.
    public var n: [UInt8]
    /// The public exponent.
    public var e: [UInt8]
    /// The private exponent.
    public var d: [UInt8]
    /// The first prime.
    public var p: [UInt8]
    /// The second prime.
    public var q: [UInt8]
    /// `d mod (p - 1)`.
    public var dp: [UInt8]
    /// `d mod (q - 1)`.
    public var dq: [UInt8]
    /// The inverse of `q` modulo `p`.
    public var qInv: [UInt8]

    /// Takes the numbers as they are; ``SoftwareKey`` checks that they belong together.
    public init(
        n: [UInt8], e: [UInt8], d: [UInt8], p: [UInt8], q: [UInt8], dp: [UInt8], dq: [UInt8], qInv: [UInt8]
    ) {
        self.n = n
        self.e = e
        self.d = d
        self.p = p
        self.q = q
        self.dp = dp
        self.dq = dq
        self.qInv = qInv
    }
}
