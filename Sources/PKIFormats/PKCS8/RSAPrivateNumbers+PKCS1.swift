// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider

// RSAPrivateKey ::= SEQUENCE {
//     version Version, modulus INTEGER, publicExponent INTEGER, privateExponent INTEGER,
//     prime1 INTEGER, prime2 INTEGER, exponent1 INTEGER, exponent2 INTEGER, coefficient INTEGER,
//     otherPrimeInfos OtherPrimeInfos OPTIONAL }
extension RSAPrivateNumbers: DEREncodable {
    /// Octets of the longest number that is looked at: 16,384 bits, OpenSSL's own limit.
    private static let longestNumber = 2048

    /// Reads a PKCS#1 `RSAPrivateKey` of two primes.
    ///
    /// - Throws: ``FormatError``; also for more than two primes and for numbers that are zero, negative or over 16,384
    ///   bits.
    ///
    /// Source: RFC 8017, appendix A.1.2.
    public init(parsing element: ASN1Element) throws(FormatError) {
        var fields = try element.fields()
        guard try fields.next(.integer).int() == 0 else {
            throw .invalidValue(field: "RSAPrivateKey", reason: "not of version 0, which has two primes")
        }
        var numbers: [[UInt8]] = []
        for _ in 0..<8 {
            let number = try fields.next(.integer).unsignedInteger()
            guard number != [0] else { throw .invalidValue(field: "RSAPrivateKey", reason: "a number is zero") }
            guard number.count <= Self.longestNumber else {
                throw .limitExceeded("octets of an RSA number", limit: Self.longestNumber)
            }
            numbers.append(number)
        }
        try fields.finish()
        self.init(
            n: numbers[0], e: numbers[1], d: numbers[2], p: numbers[3], q: numbers[4], dp: numbers[5], dq: numbers[6],
            qInv: numbers[7])
    }

    /// Appends the DER of `RSAPrivateKey`.
    ///
    /// Source: RFC 8017, appendix A.1.2.
    public func encode(into writer: inout DERWriter) {
        writer.sequence { key in
            key.integer(0)
            for number in [n, e, d, p, q, dp, dq, qInv] { key.unsignedInteger(number) }
        }
    }
}
