// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import SealwrightTesting
import Testing

@Suite("TPM 2.0 Part 3: keys that the TPM makes", .serialized, .enabled(if: SoftwareTPM.hasJudges))
struct TPMKeyTests {
    private static let message = Array("to be signed".utf8)

    static let types: [KeyType] = [.rsa2048, .rsa3072, .ecP256, .ecP384, .ecP521]

    private static func algorithms(_ type: KeyType) -> [SignatureAlgorithm] {
        switch type {
        case .ecP256, .ecP384, .ecP521: [.ecdsa(.sha256), .ecdsa(.sha384), .ecdsa(.sha512), .ecdsa(.sha1)]
        default:
            [
                .rsaPKCS1(.sha1), .rsaPKCS1(.sha256), .rsaPKCS1(.sha384), .rsaPKCS1(.sha512),
                .rsaPSS(digest: .sha256, mgfDigest: .sha256, saltLength: 32),
                .rsaPSS(digest: .sha384, mgfDigest: .sha256, saltLength: 0),
                .rsaPSS(digest: .sha512, mgfDigest: .sha512, saltLength: 64),
            ]
        }
    }

    @Test(arguments: types)
    func `every signature verifies, after the file was written and read`(type: KeyType) async throws {
        try await withSoftwareTPM { swtpm in
            let tpm = TPM(TPMSocket(port: swtpm.port))
            let file = try TPMKeyFile(parsing: tpm.generateKey(type).serialize())
            #expect(KeyType(file.publicKey) == type)
            let key = TPMKey(file, id: KeyID(rawValue: "key"), tpm: tpm, pool: TestKeys.pool)
            for algorithm in Self.algorithms(type) {
                let signature = try await key.sign(Self.message, algorithm: algorithm)
                #expect(
                    key.publicKey.isValidSignature(signature, of: Self.message, algorithm: algorithm), "\(algorithm)")
            }
            await #expect(throws: CryptoError.self) { try await key.sign(Self.message, algorithm: .ed25519) }
            let left = try await swtpm.run("tpm2_getcap", ["handles-transient"])
            #expect(left.succeeded && left.output.isEmpty, "\(left)")
            let kept = try await swtpm.run("tpm2_getcap", ["handles-persistent"])
            #expect(kept.succeeded && kept.output.isEmpty, "\(kept)")
        }
    }

    @Test func `what the TPM lacks is told, and is an error when it is asked for`() async throws {
        try await withSoftwareTPM { swtpm in
            let tpm = TPM(TPMSocket(port: swtpm.port))
            for type in Self.types { #expect(try tpm.canHold(type), "\(type)") }
            #expect(try !tpm.canHold(.ed25519))
            #expect(throws: CryptoError.unsupported("ed25519 in a TPM")) { try tpm.generateKey(.ed25519) }
            // Whether 4096 bits are there depends on the release of libtpms; both answers have to agree.
            let judge = try await swtpm.run("tpm2_testparms", ["rsa4096"])
            #expect(try tpm.canHold(.rsa4096) == judge.succeeded)
            if !judge.succeeded {
                #expect(throws: CryptoError.unsupported("rsa-4096 in this TPM")) { try tpm.generateKey(.rsa4096) }
            }
        }
    }

    @Test func `content keys are unwrapped, and what is none becomes a key all the same`() async throws {
        try await withSoftwareTPM { swtpm in
            let tpm = TPM(TPMSocket(port: swtpm.port))
            let file = try tpm.generateKey(.rsa2048)
            guard case .rsa(let publicKey) = file.publicKey else { throw CryptoError.unsupported("not RSA") }
            let key = TPMKey(file, id: KeyID(rawValue: "key"), tpm: tpm, pool: TestKeys.pool)
            let contentKey = SecureRandom.bytes(16)
            for transport in KeyTransportTests.transports {
                let wrapped = try publicKey.encrypt(contentKey, transport: transport)
                #expect(
                    try await key.unwrap(wrapped, transport: transport, keyLength: 16) == contentKey, "\(transport)")
                let other = try await key.unwrap(wrapped, transport: transport, keyLength: 24)
                #expect(other.count == 24)
                var changed = wrapped
                changed[255] ^= 1
                let first = try await key.unwrap(changed, transport: transport, keyLength: 16)
                let again = TPMKey(file, id: KeyID(rawValue: "again"), tpm: tpm, pool: TestKeys.pool)
                #expect(first.count == 16)
                #expect(first != contentKey)
                #expect(try await again.unwrap(changed, transport: transport, keyLength: 16) == first)
            }
            for wrong in [[], [1], [UInt8](repeating: 0xFF, count: 256), publicKey.modulus] {
                #expect(try await key.unwrap(wrong, transport: .pkcs1v15, keyLength: 16).count == 16)
            }
            await #expect(throws: CryptoError.self) {
                try await key.unwrap([1], transport: .pkcs1v15, keyLength: 246)
            }
        }
    }

    @Test func `only RSA keys unwrap`() async throws {
        try await withSoftwareTPM { swtpm in
            let tpm = TPM(TPMSocket(port: swtpm.port))
            let key = TPMKey(
                try tpm.generateKey(.ecP256), id: KeyID(rawValue: "key"), tpm: tpm, pool: TestKeys.pool)
            await #expect(throws: CryptoError.unsupported("key transport with a key that is not RSA")) {
                try await key.unwrap([1], transport: .pkcs1v15, keyLength: 16)
            }
        }
    }

    @Test func `a key of another TPM is refused as such`() async throws {
        let file = try await withSoftwareTPM { try TPM(TPMSocket(port: $0.port)).generateKey(.ecP256) }
        try await withSoftwareTPM { swtpm in
            #expect(throws: CryptoError.tpm(.foreignKey)) {
                try TPM(TPMSocket(port: swtpm.port)).sign([1], with: file, algorithm: .ecdsa(.sha256))
            }
        }
    }
}
