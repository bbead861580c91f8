// SPDX-License-Identifier: Apache-2.0

import CLibCrypto

/// Fermat's factoring method, which finds two primes that lie close to each other.
///
/// With `n = a² - b²` the factors are `a - b` and `a + b`. The method tries `a` from the square root of `n` upwards
/// until `a² - n` is a square. All but a few of the tries end in arithmetic on words: a square is a square modulo
/// every number too.
///
/// Source: Böck, "Fermat Factorization in the Wild" (2023); CVE-2022-26320.
enum FermatFactoring {
    /// As many rounds as the Baseline Requirements' section 6.1.1.3 asks for.
    static let rounds = 100

    /// Whether the method factors an odd modulus.
    static func succeeds(on modulus: [UInt8]) -> Bool {
        // A failure here is an allocation that failed; the key is then not called weak.
        (try? attempt(modulus)) ?? false
    }

    private static func attempt(_ modulus: [UInt8]) throws(CryptoError) -> Bool {
        let scratch = try BigNumberScratch()
        let n = try BigNumber(modulus)
        let start = try scratch.squareRoot(of: n, roundingUp: true)
        let startRest = LimbedNumber(start.magnitude).remainder(dividingBy: SquareSieve.product)
        let modulusRest = LimbedNumber(modulus).remainder(dividingBy: SquareSieve.product)
        let sieves = SquareSieve.all.map { ($0, startRest % $0.modulus, modulusRest % $0.modulus) }
        for round in 0..<UInt64(rounds) {
            let mayBeSquare = sieves.allSatisfy { sieve, start, n in
                sieve.mayBeSquare(squareOf: start + round, minus: n)
            }
            if mayBeSquare, try scratch.isSquare(squareOf: start, plus: round, minus: n) { return true }
        }
        return false
    }
}

/// Which residues modulo a small number are squares.
private struct SquareSieve {
    let modulus: UInt64
    private let isSquare: [Bool]

    init(_ modulus: UInt64) {
        self.modulus = modulus
        var isSquare = [Bool](repeating: false, count: Int(modulus))
        for root in 0..<modulus { isSquare[Int(root * root % modulus)] = true }
        self.isSquare = isSquare
    }

    /// Whether `a² - n` may be a square; both numbers may be given as residues.
    func mayBeSquare(squareOf a: UInt64, minus n: UInt64) -> Bool {
        let a = a % modulus
        return isSquare[Int((a * a + modulus - n % modulus) % modulus)]
    }

    /// Together they let through about one number in ten thousand that is no square.
    static let all = ([64, 63, 65, 11, 17, 19, 23, 29, 31, 37, 41] as [UInt64]).map(SquareSieve.init)

    /// The product of their moduli, under 2⁵⁵: what a number leaves by it tells what it leaves by each.
    static let product: UInt64 = all.reduce(1) { $0 * $1.modulus }
}

extension BigNumberScratch {
    /// The integer square root by Newton's method.
    fileprivate func squareRoot(of number: BigNumber, roundingUp: Bool) throws(CryptoError) -> BigNumber {
        guard number.bitCount > 0 else { return try BigNumber() }
        var root = try firstGuess(of: number)
        var next = try BigNumber()
        while true {
            try next.setQuotient(number, root, self)
            try next.add(root)
            try next.shiftRight(1)
            // From above, the steps only ever go down until the root is reached.
            guard next.isLess(than: root) else { break }
            swap(&next, &root)
        }
        guard roundingUp else { return root }
        try next.setSquare(of: root, self)
        if next.isLess(than: number) { try root.add(word: 1) }
        return root
    }

    /// Whether `(base + offset)² - n` is a square.
    fileprivate func isSquare(
        squareOf base: BigNumber, plus offset: UInt64, minus n: BigNumber
    ) throws(CryptoError) -> Bool {
        let value = try BigNumber(base.magnitude)
        try value.add(word: UInt(offset))
        try value.setSquare(of: value, self)
        try value.subtract(n)
        let root = try squareRoot(of: value, roundingUp: false)
        try root.setSquare(of: root, self)
        return !root.isLess(than: value)
    }

    /// A number not less than the square root, and right in its first 30 bits.
    private func firstGuess(of number: BigNumber) throws(CryptoError) -> BigNumber {
        // An even number of bits is cut off, so that the rest keeps 61 or 62 bits.
        let cut = max(0, (number.bitCount - 61) / 2 * 2)
        let guess = try BigNumber(number.magnitude)
        try guess.shiftRight(cut)
        try guess.set(word: UInt(Double(guess.word).squareRoot().rounded(.up)) + 1)
        try guess.shiftLeft(cut / 2)
        return guess
    }
}
