// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

/// What the arithmetic of an enrolment costs and nothing else: the most any server with this libcrypto could reach.
///
/// With an RSA-2048 authority that is its own RA: three private operations (open the request, sign the certificate,
/// sign the reply) and three public ones (verify the request's two signatures, encrypt the reply), in one thread.
struct ArithmeticBound {
    private let authority: SoftwareKey
    private let device: SoftwareKey
    private let deviceKey: RSAPublicKey
    private let wrapped: [UInt8]
    private let signature: [UInt8]

    private static let algorithm = SignatureAlgorithm.rsaPKCS1(.sha256)
    private static let message = [UInt8](repeating: 0x5A, count: 800)

    init() throws {
        let pool = CryptoPool(threads: 1)
        authority = try SoftwareKey.generate(.rsa2048, id: KeyID(rawValue: "authority"), pool: pool)
        device = try SoftwareKey.generate(.rsa2048, id: KeyID(rawValue: "device"), pool: pool)
        pool.shutdown()
        guard case .rsa(let own) = authority.publicKey, case .rsa(let other) = device.publicKey else {
            throw BenchmarkError("no RSA keys")
        }
        deviceKey = other
        wrapped = try own.encrypt(SecureRandom.bytes(32), transport: .pkcs1v15)
        signature = try device.signSynchronously(Self.message, algorithm: Self.algorithm)
    }

    /// Enrolments per second of processor time.
    func measure(enrollments count: Int = 150) throws -> Double {
        let key = PublicKey.rsa(deviceKey)
        let start = ProcessorTime.ofThread()
        for _ in 0..<count {
            let contentKey = try authority.unwrapSynchronously(wrapped, transport: .pkcs1v15, keyLength: 32)
            for _ in 0..<2 {
                guard key.isValidSignature(signature, of: Self.message, algorithm: Self.algorithm) else {
                    throw BenchmarkError("a signature does not verify")
                }
                _ = try authority.signSynchronously(Self.message, algorithm: Self.algorithm)
            }
            _ = try deviceKey.encrypt(contentKey, transport: .pkcs1v15)
        }
        return Double(count) / (ProcessorTime.ofThread() - start)
    }
}
