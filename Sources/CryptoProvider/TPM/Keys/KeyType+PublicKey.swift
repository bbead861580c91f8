// SPDX-License-Identifier: Apache-2.0

extension KeyType {
    /// The kind of a key; `nil` for an RSA modulus of another size.
    public init?(_ publicKey: PublicKey) {
        switch publicKey {
        case .rsa(let key):
            switch key.bitCount {
            case 2048: self = .rsa2048
            case 3072: self = .rsa3072
            case 4096: self = .rsa4096
            default: return nil
            }
        case .ec(let key):
            switch key.curve {
            case .p256: self = .ecP256
            case .p384: self = .ecP384
            case .p521: self = .ecP521
            }
        case .ed25519: self = .ed25519
        }
    }
}
