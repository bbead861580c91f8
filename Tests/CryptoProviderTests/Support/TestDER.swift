// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

/// Just enough DER to hand a private key to another program; the real writer lives above this target.
enum TestDER {
    /// PKCS#1 for RSA, SEC 1 for curves, PKCS#8 for Ed25519.
    static func privateKey(_ material: PrivateKeyMaterial) -> [UInt8] {
        switch material {
        case .rsa(let key):
            let numbers = [[0], key.n, key.e, key.d, key.p, key.q, key.dp, key.dq, key.qInv]
            return element(0x30, numbers.flatMap { integer($0) })
        case .ec(let curve, let scalar, let point):
            let parameters = element(0xA0, oid(of: curve))
            let publicKey = element(0xA1, element(0x03, [0] + point))
            return element(0x30, integer([1]) + element(0x04, scalar) + parameters + publicKey)
        case .ed25519(let seed):
            let algorithm = element(0x30, element(0x06, [0x2B, 0x65, 0x70]))
            return element(0x30, integer([0]) + algorithm + element(0x04, element(0x04, seed)))
        }
    }

    static func integer(_ magnitude: [UInt8]) -> [UInt8] {
        let needsSign = (magnitude.first ?? 0) >= 0x80
        return element(0x02, (needsSign ? [0] : []) + magnitude)
    }

    static func element(_ tag: UInt8, _ contents: [UInt8]) -> [UInt8] {
        var length: [UInt8] = [UInt8(contents.count & 0xFF)]
        if contents.count > 0xFF {
            length = [0x82, UInt8(contents.count >> 8), UInt8(contents.count & 0xFF)]
        } else if contents.count > 0x7F {
            length.insert(0x81, at: 0)
        }
        return [tag] + length + contents
    }

    private static func oid(of curve: EllipticCurve) -> [UInt8] {
        switch curve {
        case .p256: element(0x06, [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07])
        case .p384: element(0x06, [0x2B, 0x81, 0x04, 0x00, 0x22])
        case .p521: element(0x06, [0x2B, 0x81, 0x04, 0x00, 0x23])
        }
    }
}
