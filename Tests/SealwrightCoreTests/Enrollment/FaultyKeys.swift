// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import SealwrightCore
import SealwrightTesting

/// The issuing key, out of order.
struct BrokenKey: PrivateKey {
    let base: SoftwareKey
    var keyID: KeyID { base.keyID }
    var publicKey: PublicKey { base.publicKey }

    func sign(_ message: [UInt8], algorithm: SignatureAlgorithm) async throws(CryptoError) -> [UInt8] {
        throw .operationFailed("token removed")
    }

    func unwrap(_ key: [UInt8], transport: KeyTransport, keyLength: Int) async throws(CryptoError) -> [UInt8] {
        throw .unsupported("unwrap")
    }
}

/// The issuing key; while it signs, the store's disk fails.
struct FaultingKey: PrivateKey {
    let base: SoftwareKey
    let store: InMemoryStore
    var keyID: KeyID { base.keyID }
    var publicKey: PublicKey { base.publicKey }

    func sign(_ message: [UInt8], algorithm: SignatureAlgorithm) async throws(CryptoError) -> [UInt8] {
        await store.fail(with: .unavailable("power cut"))
        return try await base.sign(message, algorithm: algorithm)
    }

    func unwrap(_ key: [UInt8], transport: KeyTransport, keyLength: Int) async throws(CryptoError) -> [UInt8] {
        throw .unsupported("unwrap")
    }
}

/// The issuing key with a bit that flips.
struct LyingKey: PrivateKey {
    let base: SoftwareKey
    var keyID: KeyID { base.keyID }
    var publicKey: PublicKey { base.publicKey }

    func sign(_ message: [UInt8], algorithm: SignatureAlgorithm) async throws(CryptoError) -> [UInt8] {
        try await base.sign(message + [0], algorithm: algorithm)
    }

    func unwrap(_ key: [UInt8], transport: KeyTransport, keyLength: Int) async throws(CryptoError) -> [UInt8] {
        throw .unsupported("unwrap")
    }
}

/// The issuing key; it remembers what the store holds at the moment of signing.
struct WitnessKey: PrivateKey {
    actor Witness {
        private(set) var seen: [Enrollment] = []

        func add(_ enrollments: [Enrollment]) { seen += enrollments }
    }

    let base: SoftwareKey
    let store: InMemoryStore
    private let witness = Witness()
    var keyID: KeyID { base.keyID }
    var publicKey: PublicKey { base.publicKey }
    /// The enrolments that were being issued, one for each signature.
    var seen: [Enrollment] { get async { await witness.seen } }

    init(base: SoftwareKey, store: InMemoryStore) {
        self.base = base
        self.store = store
    }

    func sign(_ message: [UInt8], algorithm: SignatureAlgorithm) async throws(CryptoError) -> [UInt8] {
        if let issuing = try? await store.enrollments(in: .issuing, limit: 10) { await witness.add(issuing) }
        return try await base.sign(message, algorithm: algorithm)
    }

    func unwrap(_ key: [UInt8], transport: KeyTransport, keyLength: Int) async throws(CryptoError) -> [UInt8] {
        throw .unsupported("unwrap")
    }
}
