// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import SealwrightAgent
import SealwrightTesting
import Testing

@Suite("Containers: the PIN")
struct ContainerPINTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var now: Timestamp { TestAgent.now }

    private func open(
        _ files: any FileAccess, _ pin: String, after seconds: Int64 = 0
    ) throws -> ContainerKey {
        try TestContainer.containers(files).open(
            TestContainer.reference(), pin: pin, pool: TestAgent.pool, at: now.adding(seconds: seconds))
    }

    @Test(arguments: [
        "", "1", "12345", "111111", "000000", "123456", "234567", "987654", "135791", "246802", "789012", "890123",
        "aaaaaa", "abcdef", "AAAAAAAAAA", String(repeating: "73", count: 64),
    ])
    func `a PIN that is short, long or follows a pattern is refused`(pin: String) {
        #expect(throws: ContainerError.self) { try ContainerPIN(choosing: pin) }
    }

    @Test(arguments: ["739154", "112233", "121212", "correct horse", "größer", "1234567a"])
    func `digits, letters and signs are taken`(pin: String) throws {
        _ = try ContainerPIN(choosing: pin)
    }

    @Test func `wrong PINs are counted, and from the fifth on each makes one wait longer`() throws {
        let files = MemoryFiles()
        try TestContainer.provision(files)
        for _ in 0..<4 {
            #expect(throws: ContainerError.pinWrong(retryAt: nil)) { try open(files, "000001") }
        }
        #expect(throws: ContainerError.pinWrong(retryAt: now.adding(seconds: 30))) { try open(files, "000001") }
        // Not even the right one, and asking does not prolong the wait.
        #expect(throws: ContainerError.lockedOut(until: now.adding(seconds: 30))) { try open(files, TestContainer.pin) }
        #expect(throws: ContainerError.lockedOut(until: now.adding(seconds: 30))) {
            try open(files, TestContainer.pin, after: 29)
        }
        #expect(throws: ContainerError.pinWrong(retryAt: now.adding(seconds: 30 + 60))) {
            try open(files, "000001", after: 30)
        }
        // Another process sees the same.
        let copy = files.copy()
        #expect(throws: ContainerError.lockedOut(until: now.adding(seconds: 90))) { try open(copy, TestContainer.pin) }
        _ = try open(copy, TestContainer.pin, after: 90)
        let tries = try TestContainer.containers(copy).find(TestContainer.reference()).tries
        #expect(tries.wrong == 0)
        #expect(tries.notBefore == nil)
    }

    @Test func `the container of another scope is not locked with it`() throws {
        let files = MemoryFiles()
        try TestContainer.provision(files)
        #expect(throws: ContainerError.self) { try open(files, "000001") }
        let other = try TestContainer.containers(files).find(TestContainer.reference(.user("alice")))
        #expect(other.tries.wrong == 0)
    }

    @Test func `a try that cannot be counted is none`() throws {
        let files = FlakyFiles()
        try TestContainer.provision(files)
        files.fail(in: 0, isLasting: true)
        #expect(throws: ContainerError.self) { try open(files, TestContainer.pin) }
        files.fail(in: nil)
        #expect(try TestContainer.containers(files).find(TestContainer.reference()).tries.wrong == 0)
        _ = try open(files, TestContainer.pin)
    }

    @Test func `a process that ends before the answer has tried`() throws {
        let path = folder.path("agent")
        do {
            let files = try DyingFolder(path: path)
            try TestContainer.provision(files)
            // The count takes three steps; the fourth would take it back.
            files.kill(in: 3)
            #expect(throws: ContainerError.self) { try open(files, TestContainer.pin) }
        }
        let files = try FolderFiles(path: path)
        #expect(try TestContainer.containers(files).find(TestContainer.reference()).tries.wrong == 1)
        _ = try open(files, TestContainer.pin)
    }

    @Test func `another PIN opens the same key pair, and the old one nothing`() throws {
        let files = MemoryFiles()
        try TestContainer.provision(files)
        let containers = TestContainer.containers(files)
        #expect(throws: ContainerError.pinWrong(retryAt: nil)) {
            try containers.changePIN(
                of: TestContainer.reference(), from: "000001", to: ContainerPIN(choosing: "864209"),
                pool: TestAgent.pool, at: now)
        }
        try containers.changePIN(
            of: TestContainer.reference(), from: TestContainer.pin, to: ContainerPIN(choosing: "864209"),
            pool: TestAgent.pool, at: now)
        _ = try open(files, "864209")
        #expect(throws: ContainerError.pinWrong(retryAt: nil)) { try open(files, TestContainer.pin) }
    }

    @Test(arguments: 6..<9)
    func `a PIN change that is killed leaves the old PIN or the new one`(step: Int) throws {
        let path = folder.path("agent")
        do {
            let files = try DyingFolder(path: path)
            try TestContainer.provision(files)
            files.kill(in: step)
            #expect(throws: ContainerError.self) {
                try TestContainer.containers(files).changePIN(
                    of: TestContainer.reference(), from: TestContainer.pin, to: ContainerPIN(choosing: "864209"),
                    pool: TestAgent.pool, at: now)
            }
        }
        let files = try FolderFiles(path: path)
        let opening = [TestContainer.pin, "864209"].filter { (try? open(files, $0)) != nil }
        #expect(opening.count == 1, "\(opening)")
    }

    @Test func `the file of a container is its owner's alone, and the PIN is not in it`() throws {
        let path = folder.path("agent")
        let files = try FolderFiles(path: path)
        try TestContainer.provision(files)
        let file = path + "/containers/users/alice/vpn.json"
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: file)), as: UTF8.self)
        #expect(!text.contains(TestContainer.pin))
    }

    @Test(arguments: ["", "a\u{0}b", "line\nline", String(repeating: "x", count: 65)])
    func `a name that no file can have is refused`(name: String) {
        #expect(throws: ContainerError.nameRefused) { try ContainerReference(.device, name) }
    }

    @Test(arguments: ["../../etc/passwd", "a/b", ".", "..", "ü", "50%"])
    func `any other name stays in its folder`(name: String) throws {
        let path = folder.path("agent")
        let containers = KeyContainers(files: try FolderFiles(path: path))
        let reference = try ContainerReference(.user("../\(name)"), name)
        try containers.create(
            reference, pin: ContainerPIN(choosing: TestContainer.pin), pool: TestAgent.pool, at: now)
        #expect(try containers.list().map(\.reference) == [reference])
        #expect(throws: ContainerError.exists(reference)) {
            try containers.create(
                reference, pin: ContainerPIN(choosing: TestContainer.pin), pool: TestAgent.pool, at: now)
        }
        let paths = try FileManager.default.subpathsOfDirectory(atPath: path).filter { $0.hasSuffix(".json") }
        #expect(paths.count == 1)
        #expect(paths.allSatisfy { $0.hasPrefix("users/") && $0.split(separator: "/").count == 3 })
        try containers.remove(reference)
        #expect(throws: ContainerError.notFound(reference)) { try containers.find(reference) }
    }

    @Test(arguments: ["", "{", "{}", #"{"name":"vpn"}"#])
    func `a damaged file is an error`(contents: String) throws {
        let files = MemoryFiles()
        try TestContainer.provision(files)
        try files.write(Array(contents.utf8), to: "containers/device/vpn.json", isPrivate: true)
        #expect(throws: ContainerError.self) { try open(files, TestContainer.pin) }
    }
}
