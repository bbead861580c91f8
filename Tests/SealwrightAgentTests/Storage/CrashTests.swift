// SPDX-License-Identifier: Apache-2.0

import Foundation
import OMADM
import SealwrightAgent
import SealwrightTesting
import Testing

@Suite("A crash at every step", .enabled(if: OpenSSL.isInstalled))
struct CrashTests {
    /// What is done when the crash comes.
    enum Deed: String, CaseIterable, Sendable {
        case install, replace, delete, failedAtomic, exec
    }

    let material: OpenSSLMaterial

    init() throws { material = try OpenSSLMaterial.shared.get() }

    /// The tree, the stores and all files, by which before and after are told apart.
    private struct Picture: Equatable {
        let tree: ManagementTree
        let stores: [StoreLocation: CertificateStore]
        let files: [String: MemoryFiles.Node]

        init(_ store: AgentStore, _ files: MemoryFiles) {
            tree = store.state.tree
            stores = store.state.stores
            self.files = files.nodes.filter { path, node in
                if case .folder = node { return false }
                return path != "state.json"
            }
        }
    }

    private func commands(_ deed: Deed) -> [Command] {
        let password = material.other.password
        switch deed {
        case .install: return [.atomic("a", Command.pfx("one", material.other.pfx, password: password))]
        case .replace:
            return [
                .atomic(
                    "a",
                    Command.pfx(
                        "old", material.other.pfx, password: password, verb: { .replace($0, $1, $2, isUser: $3) }))
            ]
        case .delete: return [.delete("d", "PFXCertInstall/old")]
        case .failedAtomic: return [.atomic("a", Command.pfx("one", material.other.pfx, password: "wrong"))]
        case .exec:
            let leaves = [
                ("ServerURL", "http://a.example"), ("Challenge", "x"), ("EKUMapping", "1.2.3"), ("KeyUsage", "160"),
                ("SubjectName", "CN=x"), ("KeyLength", "2048"), ("HashAlgorithm", "SHA-2"), ("CAThumbprint", "00"),
            ]
            let adds = leaves.map { Command.add($0.0, "SCEP/one/Install/\($0.0)", $0.1) }
            return [.atomic("a", adds + [.exec("e", "SCEP/one/Install/Enroll")])]
        }
    }

    /// A device with one certificate, on a disk.
    private func prepared() throws -> MemoryFiles {
        let files = MemoryFiles()
        var agent = try TestAgent(files)
        let answer = try agent.send([
            .atomic("a", Command.pfx("old", material.revoked.pfx, password: material.revoked.password))
        ])
        try #require(answer.code("a") == 200)
        return files.copy()
    }

    @Test(arguments: Deed.allCases)
    func `leaves everything as before or as after`(deed: Deed) throws {
        let wanted = Int(ProcessInfo.processInfo.environment["SEALWRIGHT_CRASH_RUNS"] ?? "") ?? 1
        let start = try prepared()
        let before = Picture(try AgentStore(files: start.copy()), start)
        let (after, steps) = try undisturbed(deed, start)
        var generator = SystemRandomNumberGenerator()
        var runs = 0
        var sides: Set<Bool> = []
        while runs < wanted {
            for step in 0..<steps {
                for damage in MemoryFiles.Damage.allCases {
                    for crash in MemoryFiles.Crash.allCases {
                        let end = try crashed(deed, start, step, damage, crash, &generator)
                        #expect(end == before || end == after, "\(deed) step \(step) \(damage) \(crash)")
                        sides.insert(end == after)
                        runs += 1
                    }
                }
            }
        }
        #expect(runs >= wanted)
        if before != after { #expect(sides == [true, false], "both were seen") }
        print("crash | \(deed.rawValue) | \(steps) steps | \(runs) runs")
    }

    private func undisturbed(_ deed: Deed, _ start: MemoryFiles) throws -> (Picture, steps: Int) {
        let files = start.copy()
        var agent = try TestAgent(files)
        files.crash(at: .max, .untouched)
        _ = try agent.send(commands(deed))
        let steps = files.steps
        return (Picture(agent.store, files), steps)
    }

    /// Crashes, starts again, and checks that nothing is left over.
    private func crashed(
        _ deed: Deed, _ start: MemoryFiles, _ step: Int, _ damage: MemoryFiles.Damage, _ crash: MemoryFiles.Crash,
        _ generator: inout some RandomNumberGenerator
    ) throws -> Picture {
        let files = start.copy()
        var agent = try TestAgent(files)
        let message = agent.message(commands(deed))
        files.crash(at: step, damage)
        let answer = agent.session.answer(to: message)
        let disk = files.restarted(after: crash, using: &generator)
        let store = try AgentStore(files: disk)
        let leftovers = disk.nodes.keys.filter { $0.hasSuffix(".tmp") || $0 == "journal" }
        #expect(leftovers.isEmpty, "\(leftovers)")
        let isDone = answer.map { Answer($0).commandCodes.first == 200 } ?? false
        if isDone { #expect(store.state.exchange != nil, "acknowledged and lost") }
        checkKeys(store, disk)
        return Picture(store, disk)
    }

    /// Every key file belongs to a certificate of the state, and every certificate with a key has its file.
    private func checkKeys(_ store: AgentStore, _ files: MemoryFiles) {
        var known: Set<String> = []
        for (location, contents) in store.state.stores {
            for (thumbprint, entry) in contents.entries where entry.hasKey {
                known.insert(StoreReference(location, thumbprint).keyPath)
            }
        }
        #expect(Set(files.nodes.keys.filter { $0.hasSuffix(".key") }) == known)
    }

    @Test(arguments: [Deed.install, .replace, .delete])
    func `whoever reads at any moment finds the key of a certificate, and one of two that replace each other`(
        deed: Deed
    ) throws {
        let start = try prepared()
        let (_, steps) = try undisturbed(deed, start)
        for step in 0..<steps {
            let files = start.copy()
            var agent = try TestAgent(files)
            files.crash(at: step, .untouched)
            _ = try? agent.send(commands(deed))
            let chains = files.nodes.keys.filter { $0.hasPrefix("device/my/") && $0.hasSuffix(".chain.pem") }
            for chain in chains {
                #expect(files.exists(chain.dropLast(".chain.pem".count) + ".key"), "step \(step): \(chain)")
            }
            #expect(deed == .delete || !chains.isEmpty, "step \(step)")
        }
    }

    @Test func `an enrolment that crashes at any step ends well or has not begun`() async throws {
        let server = try SCEPTestServer()
        let installation = InstallationID(scope: .device, kind: .scep, uniqueID: "one")
        let start = MemoryFiles()
        var agent = try TestAgent(start)
        _ = try agent.exec(server)
        let counted = start.copy()
        counted.crash(at: .max, .untouched)
        agent = try TestAgent(counted)
        try await agent.enroller(server).run(installation, at: TestAgent.now)
        let steps = counted.steps
        var generator = SystemRandomNumberGenerator()
        for step in 0..<steps {
            let files = start.copy()
            agent = try TestAgent(files)
            files.crash(at: step, .half)
            try? await agent.enroller(server).run(installation, at: TestAgent.now)
            let crash = MemoryFiles.Crash.allCases[step % MemoryFiles.Crash.allCases.count]
            let disk = files.restarted(after: crash, using: &generator)
            agent = try TestAgent(disk)
            try await agent.enroller(server).run(installation, at: TestAgent.now)
            #expect(try agent.result().status == "1", "step \(step)")
            checkKeys(agent.store, disk)
        }
        #expect(steps > 20)
    }

    @Test func `a disk that is full for a moment loses nothing and acknowledges nothing`() throws {
        let files = FlakyFiles()
        var agent = try TestAgent(files)
        _ = try agent.send([.add("1", "SCEP/one", nil)])
        for failing in 0..<12 {
            files.fail(in: failing)
            let answer = try agent.send([.add("1", "SCEP/n\(failing)", nil)])
            files.fail(in: nil)
            let names = try agent.value("SCEP")?.split(separator: "/") ?? []
            #expect(names.contains("n\(failing)") == (answer.code("1") == 200))
            let reopened = try AgentStore(files: files.files.copy())
            #expect(reopened.state.tree == agent.store.state.tree)
        }
    }

    @Test func `a change that cannot be written is 507 or 510, and what was read is told`() throws {
        let files = FlakyFiles()
        var agent = try TestAgent(files)
        files.fail(in: 0)
        let answer = try agent.send([
            .add("1", "SCEP/one", nil), .atomic("2", [.add("3", "SCEP/two", nil), .add("4", "SCEP/three", nil)]),
            .get("5", "SCEP"), .add("6", "SCEP", nil),
        ])
        #expect(answer.commandCodes == [510, 507, 216, 216, 200, 405])
    }

    @Test func `a change that is half written is 516, and is finished when the disk works again`() throws {
        let files = FlakyFiles()
        var agent = try TestAgent(files)
        let block: [Command] = [.add("3", "SCEP/two", nil), .add("4", "SCEP/three", nil)]
        // The journal has its name; from there on nothing works.
        files.fail(in: 3, isLasting: true)
        #expect(try agent.send([.atomic("2", block)]).commandCodes == [516, 516, 516])
        #expect(try agent.send([.add("5", "SCEP/four", nil)]).commandCodes == [510])
        files.fail(in: nil)
        #expect(try agent.send([.add("5", "SCEP/four", nil)]).commandCodes == [200])
        #expect(try agent.value("SCEP") == "four/three/two")
    }
}
