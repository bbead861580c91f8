// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightAgent
import SealwrightTesting
import Testing

@Suite("Modes of the agent's files that somebody loosened")
struct FolderModeTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    private func loosen(_ path: String, to mode: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    /// A device that is enrolled, in the folder.
    private func enrol(_ server: ManagementTestServer) async throws -> AgentStore {
        let store = try AgentStore(files: try FolderFiles(path: folder.path))
        try await DeviceEnrollment(store: store, transport: server, pool: TestAgent.pool)
            .run(try EnrolledAgent.wish(), at: TestAgent.now)
        return store
    }

    /// Files and folders with the mode they have and one that is too much.
    private func loosenAll(_ store: AgentStore) throws -> [String: Int] {
        let key = try #require(store.state.managementCertificate).keyPath
        var modes: [String: Int] = [:]
        for (path, loose) in [
            (key, 0o644), ("state.json", 0o660), ("device/root/bundle.pem", 0o666), ("device/root", 0o777),
        ] {
            let full = folder.path(path)
            modes[full] = try mode(full)
            try loosen(full, to: loose)
        }
        return modes
    }

    @Test func `status tells them, and a session puts them back`() async throws {
        let server = try ManagementTestServer()
        let store = try await enrol(server)
        #expect(AgentSnapshot.looseFiles(folder.path).isEmpty)
        let modes = try loosenAll(store)
        let told = AgentSnapshot.looseFiles(folder.path)
        #expect(told == modes.keys.sorted())
        #expect(StatusReport(store.state, at: TestAgent.now, looseFiles: told).looseFiles == told)
        let runner = SessionRunner(
            store: store, transport: server, policy: AgentPolicy(), pool: TestAgent.pool, clock: { TestAgent.now })
        let enroller = SCEPEnroller(
            store: store, transport: try SCEPTestServer(), policy: AgentPolicy(), pool: TestAgent.pool)
        _ = try await ManagementCycle(store: store, runner: runner, enroller: enroller).run()
        #expect(AgentSnapshot.looseFiles(folder.path).isEmpty)
        for (path, before) in modes { #expect(try mode(path) == before, "\(path)") }
    }

    @Test func `opening the folder puts them back, and touches nothing that is not the agent's`() async throws {
        var store: AgentStore? = try await enrol(try ManagementTestServer())
        let modes = try loosenAll(try #require(store))
        let foreign = try folder.write("for all", "device/notes.txt")
        try loosen(foreign, to: 0o666)
        let other = try folder.write("elsewhere", "other.pem.txt")
        try loosen(other, to: 0o666)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("device/my/elsewhere.key"), withDestinationPath: other)
        // The lock goes with the last who holds the folder.
        store = nil
        store = try AgentStore(files: try FolderFiles(path: folder.path))
        for (path, before) in modes { #expect(try mode(path) == before, "\(path)") }
        #expect(try mode(foreign) == 0o666)
        #expect(try mode(other) == 0o666)
        #expect(store?.state.enrollment != nil)
    }
}
