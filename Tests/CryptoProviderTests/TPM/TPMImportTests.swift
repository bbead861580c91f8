// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import SealwrightTesting
import Testing

@Suite("TPM 2.0 Part 3 section 13.3: TPM2_Import", .serialized, .enabled(if: SoftwareTPM.hasJudges))
struct TPMImportTests {
    private static let message = Array("to be signed".utf8)

    @Test(arguments: [KeyType.rsa2048, .rsa3072, .ecP256, .ecP384, .ecP521])
    func `a key from outside signs as before`(type: KeyType) async throws {
        let original = try TestKeys.key(type)
        try await withSoftwareTPM { swtpm in
            let tpm = TPM(TPMSocket(port: swtpm.port))
            let file = try TPMKeyFile(parsing: tpm.importKey(original.material()).serialize())
            #expect(file.publicKey == original.publicKey)
            let key = TPMKey(file, id: original.keyID, tpm: tpm, pool: TestKeys.pool)
            let algorithm = key.defaultSignatureAlgorithm
            let signature = try await key.sign(Self.message, algorithm: algorithm)
            #expect(original.publicKey.isValidSignature(signature, of: Self.message, algorithm: algorithm))
            if case .rsa(let publicKey) = original.publicKey {
                let wrapped = try publicKey.encrypt([1, 2, 3, 4], transport: .pkcs1v15)
                #expect(try await key.unwrap(wrapped, transport: .pkcs1v15, keyLength: 4) == [1, 2, 3, 4])
            }
            let left = try await swtpm.run("tpm2_getcap", ["handles-transient"])
            #expect(left.succeeded && left.output.isEmpty, "\(left)")
        }
    }

    @Test func `a key that came from outside cannot be taken out again`() async throws {
        try await withSoftwareTPM { swtpm in
            let tpm = TPM(TPMSocket(port: swtpm.port))
            let folder = try TemporaryFolder()
            let file = try tpm.importKey(try TestKeys.key(.ecP256).material())
            try folder.write(file.serialize(), "key.pem")
            // Loaded by the TPM's own tools, the duplication is what has to fail.
            let parts = try TSS2Parts(file.serialize())
            try folder.write(parts.publicPart, "key.pub")
            try folder.write(parts.privatePart, "key.priv")
            for (name, arguments) in [
                ("tpm2_createprimary", ["-C", "o", "-G", "ecc", "-a", Self.storage, "-c", "parent.ctx"]),
                ("tpm2_flushcontext", ["-t"]),
                ("tpm2_load", ["-C", "parent.ctx", "-u", "key.pub", "-r", "key.priv", "-c", "key.ctx"]),
                ("tpm2_flushcontext", ["-t"]),
                ("tpm2_startauthsession", ["--policy-session", "-S", "session.ctx"]),
                ("tpm2_policycommandcode", ["-S", "session.ctx", "TPM2_CC_Duplicate"]),
            ] {
                let result = try await swtpm.run(name, arguments, in: folder.url)
                #expect(result.succeeded, "\(result)")
            }
            let result = try await swtpm.run(
                "tpm2_duplicate",
                ["-C", "null", "-c", "key.ctx", "-G", "null", "-r", "out.priv", "-s", "out.seed"]
                    + ["-p", "session:session.ctx"],
                in: folder.url)
            #expect(result.text.contains("policy check failed"), "\(result)")
            #expect(!FileManager.default.fileExists(atPath: folder.path("out.priv")))
        }
    }

    private static let storage = "noda|restricted|decrypt|fixedtpm|fixedparent|sensitivedataorigin|userwithauth"

    @Test func `what no TPM takes is unsupported`() async throws {
        let seed = try TestKeys.key(.ed25519).material()
        #expect(throws: CryptoError.unsupported("Ed25519 in a TPM")) {
            try TPM(TPMSocket(port: 1)).importKey(seed)
        }
    }
}

/// The two octet strings at the end of a TSS2 PRIVATE KEY, as the TPM's own tools want them in files.
struct TSS2Parts {
    let publicPart: [UInt8]
    let privatePart: [UInt8]

    init(_ pem: [UInt8]) throws {
        let lines = String(decoding: pem, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("-") }
        let der = Array(try #require(Data(base64Encoded: lines.joined())))
        // Parent 0x40000001 is always followed by the two.
        let parent: [UInt8] = [0x02, 0x04, 0x40, 0x00, 0x00, 0x01]
        let start = try #require(der.indices.first { der[$0...].starts(with: parent) }) + parent.count
        var rest = der[start...]
        func take() -> [UInt8] {
            let long = rest[rest.startIndex + 1]
            let header = long < 0x80 ? 2 : Int(long & 0x0F) + 2
            let length = rest.dropFirst(header).prefix(2).reduce(0) { $0 << 8 | Int($1) } + 2
            defer { rest = rest.dropFirst(header + length) }
            return Array(rest.dropFirst(header).prefix(length))
        }
        publicPart = take()
        privatePart = take()
    }
}
