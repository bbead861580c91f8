// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// A public key on a NIST curve; its point is known to be on the curve.
///
/// Source: SEC 1, section 2.3.3; RFC 5480, section 2.2.
public struct ECPublicKey: Sendable {
    /// The curve.
    public let curve: EllipticCurve
    /// The point, uncompressed: `04 ‖ X ‖ Y`.
    public let point: [UInt8]

    private let key: any NISTPublicKey

    /// Makes a key of an uncompressed (`04 ‖ X ‖ Y`) or compressed (`02` or `03`, then `X`) point.
    ///
    /// - Throws: ``CryptoError/invalidKey(_:)`` when the octets have the wrong length or the point is not on the
    ///   curve or at infinity.
    public init(curve: EllipticCurve, point: some Collection<UInt8>) throws(CryptoError) {
        let isCompressed = point.count == curve.byteCount + 1
        guard isCompressed || point.count == 2 * curve.byteCount + 1 else {
            throw .invalidKey("a point on \(curve.rawValue) cannot have \(point.count) octets")
        }
        let type = curve.publicKeyType
        let received = Array(point)
        do {
            key =
                isCompressed
                ? try type.init(compressedRepresentation: received)
                : try type.init(x963Representation: received)
        } catch {
            throw .invalidKey("the point is not on \(curve.rawValue)")
        }
        self.curve = curve
        // Writing a point out again costs an inversion, and the uncompressed form has one spelling only.
        self.point = isCompressed ? Array(key.x963Representation) : received
    }

    /// Whether an ECDSA signature over a digest of any length verifies.
    func isValidSignature(_ signature: [UInt8], ofDigest digest: [UInt8]) -> Bool {
        guard let value = ECDSASignatureValue(parsing: signature, coordinateByteCount: curve.byteCount) else {
            return false
        }
        return key.isValidSignature(raw: value.rawRepresentation, ofDigest: RawDigest(digest))
    }
}

extension ECPublicKey: Hashable {
    /// Whether curve and point are equal.
    public static func == (a: Self, b: Self) -> Bool { a.curve == b.curve && a.point == b.point }

    /// Feeds curve and point to a hasher.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(curve)
        hasher.combine(point)
    }
}
