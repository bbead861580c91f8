// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

extension CertificateView {
    /// The same certificate with the other ECDSA signature that is as valid as its own: `(r, n - s)` for `(r, s)`.
    ///
    /// Anybody can calculate it without a key, and it is another file with another fingerprint: a list of fingerprints
    /// must hold for both. On which curve the issuer's key lies the certificate does not say, so there is one for each
    /// curve it can be. Other signatures have no second form.
    ///
    /// Source: FIPS 186-5, section 6.4.2 and appendix B; SP 800-186, section 3.2.1.
    package var malleatedEncodings: [[UInt8]] {
        guard case .ecdsa = signatureAlgorithm.signatureAlgorithm, let outer = try? ASN1Element(parsing: encoded),
            var parts = try? outer.fields(), let tbs = try? parts.next(), let algorithm = try? parts.next(),
            let pair = try? ASN1Element(parsing: signature), var numbers = try? pair.fields(),
            let first = try? numbers.next(.integer).unsignedInteger(),
            let second = try? numbers.next(.integer).unsignedInteger()
        else { return [] }
        return Self.groupOrders.compactMap { order in
            guard let other = Self.difference(order, second) else { return nil }
            var signature = DERWriter()
            signature.sequence { writer in
                writer.unsignedInteger(first)
                writer.unsignedInteger(other)
            }
            var writer = DERWriter(capacity: encoded.count + 8)
            writer.sequence { writer in
                writer.append(tbs.encoded)
                writer.append(algorithm.encoded)
                writer.bitString(signature.bytes)
            }
            return writer.bytes
        }
    }

    /// What is left of a number, both with the most significant octet first; `nil` when nothing is.
    private static func difference(_ number: [UInt8], _ subtrahend: [UInt8]) -> [UInt8]? {
        guard subtrahend.count <= number.count else { return nil }
        let padded = [UInt8](repeating: 0, count: number.count - subtrahend.count) + subtrahend
        var digits: [UInt8] = []
        var borrow = 0
        for (left, right) in zip(number.reversed(), padded.reversed()) {
            let digit = Int(left) - Int(right) - borrow
            borrow = digit < 0 ? 1 : 0
            digits.append(UInt8(truncatingIfNeeded: digit))
        }
        return borrow == 0 && digits.contains { $0 != 0 } ? digits.reversed() : nil
    }

    /// The orders of the groups of P-256, P-384 and P-521.
    private static let groupOrders = [
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
        "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b"
            + "8899c47aebb6fb71e91386409",
    ].compactMap { Hex.decode($0) }
}
