// SPDX-License-Identifier: Apache-2.0

/// A reason not to certify a public key although it works.
///
/// Whether a key is too small or too large is policy and no weakness.
///
/// Source: CA/Browser Forum Baseline Requirements, section 6.1.6; SP 800-89, section 5.3.3.
public enum KeyWeakness: Hashable, Sendable {
    /// The RSA modulus is even.
    case evenModulus
    /// The RSA exponent is even.
    case evenExponent
    /// The RSA exponent is under 65537.
    case smallExponent(UInt32)
    /// The RSA exponent is over 2³²; the size is in bits.
    case largeExponent(bitCount: Int)
    /// The RSA modulus has a prime factor under 752.
    case smallFactor(Int)
    /// The RSA modulus has the fingerprint of Infineon's broken generator (ROCA, CVE-2017-15361).
    case roca
    /// The primes of the RSA modulus are so close that Fermat's method finds them (CVE-2022-26320).
    case closePrimes
    /// The Ed25519 point has so few multiples that anybody can sign for it.
    case smallOrder

    /// The stable code, the same in log, audit, API and command line.
    public var code: String {
        switch self {
        case .evenModulus: "crypto.weak-key.even-modulus"
        case .evenExponent: "crypto.weak-key.even-exponent"
        case .smallExponent: "crypto.weak-key.small-exponent"
        case .largeExponent: "crypto.weak-key.large-exponent"
        case .smallFactor: "crypto.weak-key.small-factor"
        case .roca: "crypto.weak-key.roca"
        case .closePrimes: "crypto.weak-key.close-primes"
        case .smallOrder: "crypto.weak-key.small-order"
        }
    }
}

extension KeyWeakness: CustomStringConvertible {
    /// One sentence for people.
    public var description: String {
        switch self {
        case .evenModulus: "the RSA modulus is even"
        case .evenExponent: "the RSA exponent is even"
        case .smallExponent(let exponent): "the RSA exponent \(exponent) is smaller than 65537"
        case .largeExponent(let bitCount): "the RSA exponent of \(bitCount) bits is larger than 2^32"
        case .smallFactor(let prime): "the RSA modulus is divisible by \(prime)"
        case .roca: "the RSA key was made by a generator known to be broken (ROCA, CVE-2017-15361)"
        case .closePrimes: "the primes of the RSA key are too close to each other (CVE-2022-26320)"
        case .smallOrder: "anybody can sign for this Ed25519 key, whose point is of small order or not written properly"
        }
    }
}
