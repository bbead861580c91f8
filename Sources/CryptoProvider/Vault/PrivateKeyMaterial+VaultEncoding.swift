// SPDX-License-Identifier: Apache-2.0

/// The form of a key inside its seal: a kind, then each number with a length of four octets before it.
///
/// This is not PKCS#8, because reading and writing DER belongs to PKIFormats, which lies above.
extension PrivateKeyMaterial {
    /// The octets to seal.
    var vaultEncoding: [UInt8] {
        switch self {
        case .rsa(let key):
            Self.encode(.rsa, [key.n, key.e, key.d, key.p, key.q, key.dp, key.dq, key.qInv])
        case .ec(let curve, let scalar, let point):
            Self.encode(.ec, [Array(curve.rawValue.utf8), scalar, point])
        case .ed25519(let seed):
            Self.encode(.ed25519, [seed])
        }
    }

    /// Reads what was sealed.
    init(vaultEncoding bytes: [UInt8]) throws(CryptoError) {
        guard let first = bytes.first, let kind = Kind(rawValue: first), let fields = Self.fields(bytes.dropFirst())
        else { throw .invalidKey("the sealed key has an unknown form") }
        switch (kind, fields.count) {
        case (.rsa, 8):
            self = .rsa(
                RSAPrivateNumbers(
                    n: fields[0], e: fields[1], d: fields[2], p: fields[3], q: fields[4], dp: fields[5],
                    dq: fields[6], qInv: fields[7]))
        case (.ec, 3):
            guard let curve = EllipticCurve(rawValue: String(decoding: fields[0], as: UTF8.self)) else {
                throw .invalidKey("the sealed key is on an unknown curve")
            }
            self = .ec(curve: curve, scalar: fields[1], point: fields[2])
        case (.ed25519, 1): self = .ed25519(seed: fields[0])
        default: throw .invalidKey("the sealed key has an unknown form")
        }
    }

    private enum Kind: UInt8 {
        case rsa = 1
        case ec = 2
        case ed25519 = 3
    }

    private static func encode(_ kind: Kind, _ fields: [[UInt8]]) -> [UInt8] {
        // Room for everything at once, so that no smaller buffer with secrets is left behind by growth.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(fields.reduce(1) { $0 + 4 + $1.count })
        bytes.append(kind.rawValue)
        for field in fields {
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: field.count).bigEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: field)
        }
        return bytes
    }

    private static func fields(_ bytes: ArraySlice<UInt8>) -> [[UInt8]]? {
        var rest = bytes
        var fields: [[UInt8]] = []
        while !rest.isEmpty {
            guard rest.count >= 4 else { return nil }
            let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(4)
            guard rest.count >= length else { return nil }
            fields.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return fields
    }
}
