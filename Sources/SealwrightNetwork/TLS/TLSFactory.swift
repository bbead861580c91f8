// SPDX-License-Identifier: Apache-2.0

import NIOSSL
import PKIFormats

/// The one place where TLS contexts are made; library defaults are never relied on.
///
/// TLS 1.2 and 1.3, forward-secret AEAD suites only, verification mode always explicit. Whoever needs TLS has a
/// ``TLSListener`` or a ``TLSClient``; a test keeps other code from making contexts.
enum TLSFactory {
    /// AEAD suites with ephemeral keys for TLS 1.2; TLS 1.3 has no others.
    static let suites: [NIOTLSCipher] = [
        .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    ]

    /// A listener's context.
    ///
    /// - Throws: ``NetworkError/unusableCredential(_:)``.
    static func serverContext(
        _ settings: TLSServerSettings, serving identity: ServedIdentity
    ) throws(NetworkError) -> NIOSSLContext {
        try made {
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: try sources(identity), privateKey: key(identity))
            configuration.minimumTLSVersion = version(settings.minimumVersion)
            configuration.cipherSuiteValues = suites
            configuration.applicationProtocols = settings.applicationProtocols
            configuration.certificateVerification = .none
            switch settings.clientCertificates {
            case .ignored: break
            case .requested(let authorities):
                configuration.certificateVerification = .optionalVerification
                try name(authorities, in: &configuration)
            case .required(let authorities, _):
                configuration.certificateVerification = .noHostnameVerification
                try name(authorities, in: &configuration)
            }
            return try NIOSSLContext(configuration: configuration)
        }
    }

    /// A client's context.
    ///
    /// BoringSSL's own judgement of the server is replaced by ours, names included.
    ///
    /// - Throws: ``NetworkError/unusableCredential(_:)``.
    static func clientContext(_ settings: TLSClientSettings) throws(NetworkError) -> NIOSSLContext {
        try made {
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.minimumTLSVersion = version(settings.minimumVersion)
            configuration.maximumTLSVersion = settings.maximumVersion.map(version)
            configuration.cipherSuiteValues = suites
            configuration.applicationProtocols = settings.applicationProtocols
            configuration.certificateVerification = .noHostnameVerification
            configuration.trustRoots = .certificates([])
            if let identity = settings.identity {
                configuration.certificateChain = try sources(identity)
                configuration.privateKey = key(identity)
            }
            return try NIOSSLContext(configuration: configuration)
        }
    }

    /// A context of a client that wants to see what a server offers, however old, and shows any certificate it has.
    ///
    /// - Throws: ``NetworkError/unusableCredential(_:)``.
    static func probingContext(
        identity: ServedIdentity?, applicationProtocols: [String]
    ) throws(NetworkError) -> NIOSSLContext {
        try made {
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.minimumTLSVersion = .tlsv1
            configuration.applicationProtocols = applicationProtocols
            configuration.certificateVerification = .noHostnameVerification
            configuration.trustRoots = .certificates([])
            if let identity {
                configuration.certificateChain = try sources(identity)
                configuration.privateKey = key(identity)
            }
            return try NIOSSLContext(configuration: configuration)
        }
    }

    private static func name(_ authorities: [CertificateView], in configuration: inout TLSConfiguration) throws {
        configuration.trustRoots = .certificates(
            try authorities.map { try NIOSSLCertificate(bytes: $0.encoded, format: .der) })
        configuration.sendCANameList = true
    }

    private static func sources(_ identity: ServedIdentity) throws -> [NIOSSLCertificateSource] {
        try identity.chain.map { .certificate(try NIOSSLCertificate(bytes: $0.encoded, format: .der)) }
    }

    private static func key(_ identity: ServedIdentity) -> NIOSSLPrivateKeySource {
        .privateKey(NIOSSLPrivateKey(customPrivateKey: TLSPrivateKey(identity.key)))
    }

    private static func version(_ minimum: TLSServerSettings.MinimumVersion) -> TLSVersion {
        switch minimum {
        case .tls12: .tlsv12
        case .tls13: .tlsv13
        }
    }

    private static func made(_ make: () throws -> NIOSSLContext) throws(NetworkError) -> NIOSSLContext {
        do {
            return try make()
        } catch let error as NetworkError {
            throw error
        } catch {
            throw .unusableCredential(BoringSSLReason.names(in: error).first ?? String(describing: error))
        }
    }
}
