// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import NIOCore
import NIOSSL

/// A key of ours, wherever it lives, as NIOSSL asks for it.
struct TLSPrivateKey: NIOSSLCustomPrivateKey, Hashable {
    private let key: any PrivateKey

    init(_ key: any PrivateKey) { self.key = key }

    static func == (left: TLSPrivateKey, right: TLSPrivateKey) -> Bool { left.key.keyID == right.key.keyID }
    func hash(into hasher: inout Hasher) { hasher.combine(key.keyID) }

    var signatureAlgorithms: [NIOSSL.SignatureAlgorithm] {
        switch key.publicKey {
        case .rsa:
            [
                .rsaPssRsaeSha256, .rsaPssRsaeSha384, .rsaPssRsaeSha512, .rsaPkcs1Sha256, .rsaPkcs1Sha384,
                .rsaPkcs1Sha512,
            ]
        case .ec(let point):
            switch point.curve {
            case .p256: [.ecdsaSecp256R1Sha256]
            case .p384: [.ecdsaSecp384R1Sha384]
            case .p521: [.ecdsaSecp521R1Sha512]
            }
        case .ed25519: [.ed25519]
        }
    }

    func sign(
        channel: any Channel, algorithm: NIOSSL.SignatureAlgorithm, data: ByteBuffer
    ) -> EventLoopFuture<ByteBuffer> {
        guard let ours = Self.translate(algorithm) else {
            return channel.eventLoop.makeFailedFuture(
                NetworkError.unusableCredential("signature algorithm not offered"))
        }
        let key = key
        return channel.eventLoop.makeFutureWithTask {
            ByteBuffer(bytes: try await key.sign(Array(data.readableBytesView), algorithm: ours))
        }
    }

    func decrypt(channel: any Channel, data: ByteBuffer) -> EventLoopFuture<ByteBuffer> {
        channel.eventLoop.makeFailedFuture(NetworkError.unusableCredential("RSA key exchange is not offered"))
    }

    private static func translate(_ algorithm: NIOSSL.SignatureAlgorithm) -> CryptoProvider.SignatureAlgorithm? {
        switch algorithm {
        case .rsaPssRsaeSha256: .rsaPSS(digest: .sha256, mgfDigest: .sha256, saltLength: 32)
        case .rsaPssRsaeSha384: .rsaPSS(digest: .sha384, mgfDigest: .sha384, saltLength: 48)
        case .rsaPssRsaeSha512: .rsaPSS(digest: .sha512, mgfDigest: .sha512, saltLength: 64)
        case .rsaPkcs1Sha256: .rsaPKCS1(.sha256)
        case .rsaPkcs1Sha384: .rsaPKCS1(.sha384)
        case .rsaPkcs1Sha512: .rsaPKCS1(.sha512)
        case .ecdsaSecp256R1Sha256: .ecdsa(.sha256)
        case .ecdsaSecp384R1Sha384: .ecdsa(.sha384)
        case .ecdsaSecp521R1Sha512: .ecdsa(.sha512)
        case .ed25519: .ed25519
        default: nil
        }
    }
}
