// SPDX-License-Identifier: Apache-2.0

extension RSAPublicKey {
    /// Everything known to be weak about the numbers; empty for a good key.
    ///
    /// Calculated anew each time, in some ten microseconds for 2048 bits.
    public var weaknesses: [KeyWeakness] { exponentWeaknesses + modulusWeaknesses }

    private var exponentWeaknesses: [KeyWeakness] {
        var found: [KeyWeakness] = []
        if let last = exponent.last, last & 1 == 0 { found.append(.evenExponent) }
        // Five octets hold 2^32; anything longer is larger.
        let value = exponent.suffix(5).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        if exponent.count > 5 || value > 1 << 32 {
            let leadingZeros = exponent.first?.leadingZeroBitCount ?? 0
            found.append(.largeExponent(bitCount: exponent.count * 8 - leadingZeros))
        } else if value < 65537 {
            found.append(.smallExponent(UInt32(truncatingIfNeeded: value)))
        }
        return found
    }

    private var modulusWeaknesses: [KeyWeakness] {
        guard let last = modulus.last, last & 1 == 1 else { return [.evenModulus] }
        var found: [KeyWeakness] = []
        let residues = SmallPrimes.residues(of: LimbedNumber(modulus))
        if let divisor = residues.first(where: { $0.residue == 0 }) { found.append(.smallFactor(divisor.prime)) }
        if ROCA.hasFingerprint(residues) { found.append(.roca) }
        if FermatFactoring.succeeds(on: modulus) { found.append(.closePrimes) }
        return found
    }
}
