// SPDX-License-Identifier: Apache-2.0

/// The fingerprint of RSA keys from Infineon's broken generator.
///
/// Its primes have the form `k · M + (65537^a mod M)` with `M` a product of the first primes, so modulo each of
/// these primes the modulus is a power of 65537. A random modulus passes for all of them about once in 2^27.
///
/// Source: Nemec and others, "The Return of Coppersmith's Attack" (2017), section 3; CVE-2017-15361.
enum ROCA {
    /// Whether the residues of a modulus are those of such a key.
    static func hasFingerprint(_ residues: [SmallPrimes.Residue]) -> Bool {
        residues.prefix { $0.prime <= largestPrime }.allSatisfy { powers[$0.prime]?.contains($0.residue) ?? true }
    }

    /// The largest prime in the `M` of the smallest affected keys (512 bits).
    private static let largestPrime = 167

    /// For each odd prime, the powers of 65537 modulo the prime.
    private static let powers: [Int: Set<Int>] = {
        var table: [Int: Set<Int>] = [:]
        for prime in 3...largestPrime where (2..<prime).allSatisfy({ !prime.isMultiple(of: $0) }) {
            var power = 1
            repeat {
                table[prime, default: []].insert(power)
                power = power * 65537 % prime
            } while power != 1
        }
        return table
    }()
}
