// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import SealwrightTesting
import Testing

@Suite("Keys sealed at rest")
struct KeyVaultTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path("keys") }

    init() throws { folder = try TemporaryFolder() }

    private func vault(createIfMissing: Bool = true) throws -> KeyVault {
        try KeyVault(directory: path, createIfMissing: createIfMissing, credentialsDirectory: nil)
    }

    /// A vault with one key in it.
    private func filledVault() throws -> (vault: KeyVault, id: KeyID) {
        let vault = try vault()
        let key = try TestKeys.key(.ecP256)
        try vault.store(key)
        return (vault, key.keyID)
    }

    @Test(arguments: KeyType.allCases)
    func `a key can be opened after a restart`(type: KeyType) throws {
        let key = try TestKeys.key(type)
        try vault().store(key)
        let opened = try vault(createIfMissing: false).open(key.keyID, pool: TestKeys.pool)
        #expect(opened.publicKey == key.publicKey)
        #expect(opened.keyID == key.keyID)
        #expect(try opened.material() == key.material())
    }

    @Test func `a master key that is held elsewhere opens the keys, and stays elsewhere`() throws {
        let (_, id) = try filledVault()
        let master = try folder.read("keys/master.key")
        try FileManager.default.removeItem(atPath: folder.path("keys/master.key"))
        let vault = try KeyVault(directory: path, masterKey: Array(master))
        #expect(try vault.open(id, pool: TestKeys.pool).publicKey == TestKeys.key(.ecP256).publicKey)
        #expect(!FileManager.default.fileExists(atPath: folder.path("keys/master.key")))
        #expect(throws: CryptoError.self) { try KeyVault(directory: path, masterKey: [1, 2, 3]) }
        let other = try KeyVault(directory: path, masterKey: [UInt8](repeating: 7, count: 32))
        #expect(throws: CryptoError.self) { try other.open(id, pool: TestKeys.pool) }
    }

    @Test func `files are private and hold no key in the clear`() throws {
        let (_, id) = try filledVault()
        #expect(try folder.mode("keys") == 0o700)
        #expect(try folder.mode("keys/master.key") == 0o600)
        #expect(try folder.mode("keys/\(id.rawValue).sealed") == 0o600)
        guard case .ec(_, let scalar, _) = try TestKeys.key(.ecP256).material() else {
            Issue.record("not an EC key")
            return
        }
        let sealed = try folder.read("keys/\(id.rawValue).sealed")
        #expect(sealed.starts(with: "SWSEAL".utf8))
        #expect(!sealed.indices.contains { sealed[$0...].starts(with: scalar.prefix(8)) })
        #expect(try FileManager.default.contentsOfDirectory(atPath: path).count == 2, "nothing temporary is left")
    }

    @Test func `every changed octet breaks the seal`() throws {
        let (vault, id) = try filledVault()
        let name = "keys/\(id.rawValue).sealed"
        let sealed = try folder.read(name)
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 0x80
            _ = try folder.write(changed, name)
            try folder.setMode(0o600, name)
            #expect(throws: CryptoError.sealBroken(name: folder.path(name)), "octet \(index)") {
                try vault.open(id, pool: TestKeys.pool)
            }
        }
        for length in [0, 1, 15, 30, sealed.count - 1] {
            _ = try folder.write(Array(sealed.prefix(length)), name)
            #expect(throws: CryptoError.self) { try vault.open(id, pool: TestKeys.pool) }
        }
    }

    @Test func `a renamed key does not open`() throws {
        let (vault, id) = try filledVault()
        try FileManager.default.moveItem(
            atPath: folder.path("keys/\(id.rawValue).sealed"), toPath: folder.path("keys/other.sealed"))
        #expect(throws: CryptoError.sealBroken(name: folder.path("keys/other.sealed"))) {
            try vault.open(KeyID(rawValue: "other"), pool: TestKeys.pool)
        }
    }

    @Test func `a key sealed under another master key does not open`() throws {
        let (_, id) = try filledVault()
        _ = try folder.write(SecureRandom.bytes(32), "keys/master.key")
        try folder.setMode(0o600, "keys/master.key")
        #expect(throws: CryptoError.sealBroken(name: folder.path("keys/\(id.rawValue).sealed"))) {
            try vault().open(id, pool: TestKeys.pool)
        }
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o610])
    func `files that others may read are refused with advice`(mode: Int) throws {
        let (vault, id) = try filledVault()
        let sealed = "keys/\(id.rawValue).sealed"
        for name in [sealed, "keys/master.key"] {
            try folder.setMode(mode, name)
            let path = folder.path(name)
            let expected = CryptoError.unsafePermissions(path: path, hint: "run: chmod 600 \(path)")
            #expect(throws: expected) {
                if name == sealed { _ = try vault.open(id, pool: TestKeys.pool) } else { _ = try self.vault() }
            }
            try folder.setMode(0o600, name)
        }
        #expect(try vault.open(id, pool: TestKeys.pool).keyID == id)
    }

    @Test(arguments: [0o750, 0o705, 0o777])
    func `a folder that others may enter is refused with advice`(mode: Int) throws {
        _ = try filledVault()
        try folder.setMode(mode, "keys")
        #expect(throws: CryptoError.unsafePermissions(path: path, hint: "run: chmod 700 \(path)")) { try vault() }
        try folder.setMode(0o700, "keys")
    }

    @Test func `a missing vault is made only when asked for`() throws {
        #expect(throws: CryptoError.self) { try vault(createIfMissing: false) }
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        #expect(throws: CryptoError.self) { try vault(createIfMissing: false) }
        _ = try vault()
        _ = try vault(createIfMissing: false)
        let nested = folder.path("no/such/parent")
        #expect(throws: CryptoError.self) {
            try KeyVault(directory: nested, createIfMissing: true, credentialsDirectory: nil)
        }
    }

    @Test func `a lost master key is not replaced while keys depend on it`() throws {
        _ = try filledVault()
        try FileManager.default.removeItem(atPath: folder.path("keys/master.key"))
        #expect(throws: CryptoError.self) { try vault() }
        #expect(!FileManager.default.fileExists(atPath: folder.path("keys/master.key")))
    }

    @Test(arguments: [0, 31, 33, 100_000])
    func `a master key has 32 octets`(length: Int) throws {
        _ = try vault()
        _ = try folder.write([UInt8](repeating: 1, count: length), "keys/master.key")
        try folder.setMode(0o600, "keys/master.key")
        #expect(throws: CryptoError.self) { try vault() }
    }

    @Test func `a service credential comes before the file`() throws {
        let credentials = try TemporaryFolder()
        _ = try credentials.write(SecureRandom.bytes(32), "sealwright-master-key")
        try credentials.setMode(0o440, "sealwright-master-key")
        let open = {
            try KeyVault(directory: path, createIfMissing: true, credentialsDirectory: credentials.path)
        }
        let key = try TestKeys.key(.ed25519)
        try open().store(key)
        #expect(!FileManager.default.fileExists(atPath: folder.path("keys/master.key")))
        #expect(try open().open(key.keyID, pool: TestKeys.pool).publicKey == key.publicKey)
        #expect(throws: CryptoError.self) { try vault() }
        try credentials.setMode(0o444, "sealwright-master-key")
        #expect(throws: CryptoError.self) { try open() }
    }

    @Test func `an existing key is never written over`() throws {
        let (vault, id) = try filledVault()
        let other = try SoftwareKey.generate(.ed25519, id: id, pool: TestKeys.pool)
        #expect(throws: CryptoError.keyExists(id)) { try vault.store(other) }
        #expect(try vault.open(id, pool: TestKeys.pool).publicKey == TestKeys.key(.ecP256).publicKey)
    }

    @Test func `keys are listed, found and removed`() throws {
        let vault = try vault()
        #expect(try vault.list().isEmpty)
        let ids = try [KeyType.ecP256, .ed25519, .ecP384].map { type in
            let key = try TestKeys.key(type)
            try vault.store(key)
            return key.keyID
        }
        _ = try folder.write([1], "keys/notes.txt")
        #expect(try vault.list() == ids.sorted { $0.rawValue < $1.rawValue })
        let first = try #require(ids.first)
        #expect(vault.contains(first))
        try vault.remove(first)
        #expect(!vault.contains(first))
        #expect(try vault.list().count == 2)
        #expect(throws: CryptoError.keyNotFound(first)) { try vault.remove(first) }
        #expect(throws: CryptoError.keyNotFound(first)) { try vault.open(first, pool: TestKeys.pool) }
    }

    @Test(arguments: ["", ".", "..", "../x", "a/b", "/etc/passwd", ".hidden", "a b", "ä", "a\0b", "a\n"])
    func `a name that is no plain file name is refused`(name: String) throws {
        let vault = try vault()
        let id = KeyID(rawValue: name)
        let key = try SoftwareKey.generate(.ed25519, id: id, pool: TestKeys.pool)
        #expect(throws: CryptoError.self) { try vault.store(key) }
        #expect(throws: CryptoError.self) { try vault.open(id, pool: TestKeys.pool) }
        #expect(throws: CryptoError.self) { try vault.remove(id) }
        #expect(!vault.contains(id))
    }

    @Test func `a secret opens under its own label only`() throws {
        let vault = try vault()
        let secret = Array("static challenge".utf8)
        let sealed = try vault.seal(secret, label: "challenge/default")
        #expect(try vault.unseal(sealed, label: "challenge/default") == secret)
        #expect(try vault.seal(secret, label: "challenge/default") != sealed)
        #expect(throws: CryptoError.sealBroken(name: "other")) { try vault.unseal(sealed, label: "other") }
        for length in [0, 5, 15, 27, sealed.count - 1] {
            #expect(throws: CryptoError.sealBroken(name: "challenge/default")) {
                try vault.unseal(Array(sealed.prefix(length)), label: "challenge/default")
            }
        }
    }

    @Test func `a sealed key is no sealed secret`() throws {
        let (vault, id) = try filledVault()
        let sealed = try folder.read("keys/\(id.rawValue).sealed")
        #expect(throws: CryptoError.self) { try vault.unseal(sealed, label: id.rawValue) }
    }

    @Test func `two that start at once agree on one master key`() async throws {
        let path = path
        let seals = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try KeyVault(directory: path, createIfMissing: true, credentialsDirectory: nil)
                        .seal([1], label: "x")
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let vault = try vault()
        for sealed in seals { #expect(try vault.unseal(sealed, label: "x") == [1]) }
    }
}
