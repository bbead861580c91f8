// SPDX-License-Identifier: Apache-2.0

/// The odd primes under 752, and what remains of a number divided by each.
///
/// The number is first divided by products of primes that fit a machine word; the rest is arithmetic on words.
///
/// Source: CA/Browser Forum Baseline Requirements, section 6.1.6, and SP 800-89, section 5.3.3, which ask for no
/// factor smaller than 752.
enum SmallPrimes {
    /// A prime and what a number leaves when divided by it.
    struct Residue {
        let prime: Int
        let residue: Int
    }

    /// The residues of a number, by growing prime.
    static func residues(of number: LimbedNumber) -> [Residue] {
        var residues: [Residue] = []
        residues.reserveCapacity(primes.count)
        for group in groups {
            let remainder = number.remainder(dividingBy: group.product)
            for prime in group.primes {
                residues.append(Residue(prime: prime, residue: Int(remainder % UInt64(prime))))
            }
        }
        return residues
    }

    private static let primes: [Int] = (3..<752).filter { candidate in
        (2..<candidate).allSatisfy { !candidate.isMultiple(of: $0) }
    }

    /// The primes in order, as many together as their product fits a word.
    private static let groups: [(product: UInt64, primes: [Int])] = primes.reduce(into: []) { groups, prime in
        let product = groups.last?.product.multipliedReportingOverflow(by: UInt64(prime))
        if let product, !product.overflow, var last = groups.popLast() {
            last.product = product.partialValue
            last.primes.append(prime)
            groups.append(last)
        } else {
            groups.append((UInt64(prime), [prime]))
        }
    }
}

/// A number as machine words, most significant first, for quick division by one word.
struct LimbedNumber {
    private let limbs: [UInt64]

    init(_ magnitude: [UInt8]) {
        var limbs: [UInt64] = []
        limbs.reserveCapacity(magnitude.count / 8 + 1)
        var rest = magnitude[...]
        while !rest.isEmpty {
            let head = rest.count % 8 == 0 ? 8 : rest.count % 8
            limbs.append(rest.prefix(head).reduce(0) { $0 << 8 | UInt64($1) })
            rest = rest.dropFirst(head)
        }
        self.limbs = limbs
    }

    /// What remains after division by a divisor that is not zero.
    func remainder(dividingBy divisor: UInt64) -> UInt64 {
        // The remainder is always less than the divisor, so the quotient fits a word and nothing traps.
        limbs.reduce(0) { remainder, limb in divisor.dividingFullWidth((remainder, limb)).remainder }
    }
}
