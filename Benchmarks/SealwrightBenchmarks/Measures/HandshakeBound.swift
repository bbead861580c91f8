// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

/// What the signatures of a mutual-TLS handshake cost the server and nothing else: its own, and the check of the
/// device's.
///
/// Both in RSA-2048, as the server's certificate and the devices' have it; the key agreement on X25519 is left out.
struct HandshakeBound {
    private let server: SoftwareKey
    private let device: PublicKey
    private let signature: [UInt8]

    private static let algorithm = SignatureAlgorithm.rsaPSS(digest: .sha256, mgfDigest: .sha256, saltLength: 32)
    /// What TLS 1.3 signs: padding, a label and a digest.
    private static let message = [UInt8](repeating: 0x20, count: 130)

    init(pool: CryptoPool) throws {
        server = try SoftwareKey.generate(.rsa2048, id: KeyID(rawValue: "server"), pool: pool)
        let key = try SoftwareKey.generate(.rsa2048, id: KeyID(rawValue: "device"), pool: pool)
        device = key.publicKey
        signature = try key.signSynchronously(Self.message, algorithm: Self.algorithm)
    }

    /// Handshakes per second of processor time.
    func measure(handshakes count: Int = 300) throws -> Double {
        let start = ProcessorTime.ofThread()
        for _ in 0..<count {
            _ = try server.signSynchronously(Self.message, algorithm: Self.algorithm)
            guard device.isValidSignature(signature, of: Self.message, algorithm: Self.algorithm) else {
                throw BenchmarkError("a signature does not verify")
            }
        }
        return Double(count) / (ProcessorTime.ofThread() - start)
    }
}
