// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider
import NIOCore
package import NIOSSL

/// The one place where TLS settings are written out; library defaults are never relied on.
///
/// TLS 1.2 and 1.3, forward-secret AEAD suites only, verification mode always explicit.
package enum TLSFactory {
    /// AEAD suites with ephemeral keys for TLS 1.2; TLS 1.3 has no others.
    private static let suites: [NIOTLSCipher] = [
        .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    ]

    /// Whether a listener asks for client certificates.
    package enum ClientCertificates: Sendable {
        /// Never asked for. SCEP and console clients would otherwise show a certificate picker.
        case ignored
        /// Asked for, with the names of these authorities (DER certificates); the request decides whether it is needed.
        ///
        /// Any chain is let through the handshake: the certificate is judged per request, because
        /// verification callbacks do not run on resumed sessions and a refusal should explain itself over HTTP.
        case requested(authorities: [[UInt8]])
    }

    /// Settings of a listener.
    ///
    /// - Throws: ``NetworkError/unusableCredential(_:)``.
    package static func server(
        chain: [[UInt8]], key: any PrivateKey, clientCertificates: ClientCertificates
    ) throws(NetworkError) -> TLSConfiguration {
        do {
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: try chain.map { .certificate(try NIOSSLCertificate(bytes: $0, format: .der)) },
                privateKey: .privateKey(NIOSSLPrivateKey(customPrivateKey: TLSPrivateKey(key))))
            configuration.minimumTLSVersion = .tlsv12
            configuration.cipherSuiteValues = suites
            configuration.applicationProtocols = ["http/1.1"]
            configuration.certificateVerification = .none
            if case .requested(let authorities) = clientCertificates {
                configuration.certificateVerification = .optionalVerification
                configuration.trustRoots = .certificates(
                    try authorities.map { try NIOSSLCertificate(bytes: $0, format: .der) })
                configuration.sendCANameList = true
            }
            return configuration
        } catch {
            throw .unusableCredential(String(describing: error))
        }
    }

    /// Settings of a client that trusts these roots (DER certificates) only; `nil` for the system's.
    ///
    /// - Throws: ``NetworkError/unusableCredential(_:)``.
    package static func client(trusting roots: [[UInt8]]?) throws(NetworkError) -> TLSConfiguration {
        do {
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.minimumTLSVersion = .tlsv12
            configuration.cipherSuiteValues = suites
            configuration.certificateVerification = .fullVerification
            if let roots {
                configuration.trustRoots = .certificates(
                    try roots.map { try NIOSSLCertificate(bytes: $0, format: .der) })
            }
            return configuration
        } catch {
            throw .unusableCredential(String(describing: error))
        }
    }
}

/// A key of ours, wherever it lives, as NIOSSL asks for it.
private struct TLSPrivateKey: NIOSSLCustomPrivateKey, Hashable {
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
