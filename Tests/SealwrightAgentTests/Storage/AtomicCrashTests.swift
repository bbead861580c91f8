// SPDX-License-Identifier: Apache-2.0

import Foundation
import OMADM
import SealwrightAgent
import SealwrightTesting
import Testing

@Suite("Random Atomics on disk, killed at any step", .enabled(if: OpenSSL.isInstalled))
struct AtomicCrashTests {
    /// 200 in the suite; `SEALWRIGHT_ATOMIC_CRASH_RUNS=10000` measures.
    private static let runs =
        Int(ProcessInfo.processInfo.environment["SEALWRIGHT_ATOMIC_CRASH_RUNS"] ?? "") ?? 200
    private static let seed =
        UInt64(ProcessInfo.processInfo.environment["SEALWRIGHT_ATOMIC_CRASH_SEED"] ?? "") ?? 2026

    /// What a server and an administrator can see.
    private struct Picture: Equatable {
        let tree: ManagementTree
        let stores: [StoreLocation: CertificateStore]

        init(_ store: AgentStore) {
            tree = store.state.tree
            stores = store.state.stores
        }
    }

    private struct Tally {
        var before = 0
        var after = 0
        var unchanged = 0
        var orphans = 0
        var missing = 0
        var between = 0
        var leftovers = 0
        var steps: Set<Int> = []
    }

    @Test func `leave the tree and the stores as before or as after, and no key without its certificate`() throws {
        var random = RandomAtomic(try OpenSSLMaterial.shared.get(), seed: Self.seed)
        let folder = try TemporaryFolder()
        let start = ContinuousClock.now
        var tally = Tally()
        var state = try AgentStore(files: MemoryFiles()).state
        for run in 0..<Self.runs {
            state = try crash(&random, state, in: folder.path, run, &tally)
            if run % 1_000 == 999 { tell(tally, run + 1, since: start) }
        }
        tell(tally, Self.runs, since: start)
        #expect(tally.orphans == 0 && tally.missing == 0 && tally.leftovers == 0 && tally.between == 0)
        #expect(tally.before > Self.runs / 20 && tally.after > Self.runs / 20, "both sides were seen")
        #expect(tally.steps.count > 10)
    }

    private func tell(_ tally: Tally, _ runs: Int, since start: ContinuousClock.Instant) {
        print(
            "crash on disk | \(runs) runs | \(tally.before) as before | \(tally.after) as after | "
                + "\(tally.unchanged) without change | \(tally.between) between | \(tally.orphans) orphan keys | "
                + "\(tally.missing) missing keys | \(tally.leftovers) leftover files | "
                + "\(tally.steps.count) different steps | \(ContinuousClock.now - start)")
    }

    /// One run on a folder in a state; gives the state it is in afterwards.
    private func crash(
        _ random: inout RandomAtomic, _ state: AgentState, in path: String, _ run: Int, _ tally: inout Tally
    ) throws -> AgentState {
        let commands = random.next(for: state)
        let (before, after, steps) = try twin(commands, of: path)
        // Half of the ends come before the change has happened, which is in the first steps.
        let isEarly = Bool.random(using: &random.generator)
        let step = Int.random(in: 0..<max(isEarly ? min(steps, 4) : steps, 1), using: &random.generator)
        try kill(commands, in: path, at: step)
        let store = try AgentStore(files: try FolderFiles(path: path))
        let end = Picture(store)
        tally.steps.insert(step)
        if before == after {
            tally.unchanged += 1
        } else if end == before {
            tally.before += 1
        } else if end == after {
            tally.after += 1
        }
        if end != before, end != after {
            tally.between += 1
            Issue.record("run \(run), seed \(Self.seed): between, step \(step) of \(steps)")
        }
        let names = try FileManager.default.subpathsOfDirectory(atPath: path)
        let keys = Set(names.filter { $0.hasSuffix(".key") })
        let known = Set(
            store.state.stores.flatMap { location, contents in
                contents.entries.filter(\.value.hasKey).map { StoreReference(location, $0.key).keyPath }
            })
        tally.orphans += keys.subtracting(known).count
        tally.missing += known.subtracting(keys).count
        tally.leftovers += names.count { $0.hasSuffix(".tmp") || $0 == "journal" }
        return store.state
    }

    /// What the commands lead to when nothing happens, found on a copy in memory, and in how many steps.
    private func twin(_ commands: [Command], of path: String) throws -> (Picture, Picture, steps: Int) {
        let files = MemoryFiles()
        for name in try FileManager.default.subpathsOfDirectory(atPath: path).sorted() where name != ".lock" {
            let attributes = try FileManager.default.attributesOfItem(atPath: path + "/" + name)
            switch attributes[.type] as? FileAttributeType {
            case .typeDirectory: try files.makeFolder(name, isPrivate: false)
            case .typeSymbolicLink:
                try files.link(name, to: try FileManager.default.destinationOfSymbolicLink(atPath: path + "/" + name))
            default:
                let contents = Array(try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
                try files.write(contents, to: name, isPrivate: name.hasSuffix(".key"))
            }
        }
        var agent = try TestAgent(files)
        let before = Picture(agent.store)
        files.crash(at: .max, .untouched)
        _ = try agent.send(commands)
        return (before, Picture(agent.store), files.steps)
    }

    /// Carries the commands out until the step at which the process ends; its lock goes with it.
    private func kill(_ commands: [Command], in path: String, at step: Int) throws {
        let files = try DyingFolder(path: path)
        var agent = try TestAgent(files)
        files.kill(in: step)
        let message = agent.message(commands)
        _ = agent.session.answer(to: message)
    }
}
