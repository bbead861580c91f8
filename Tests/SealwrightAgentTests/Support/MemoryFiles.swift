// SPDX-License-Identifier: Apache-2.0

import SealwrightAgent
import Synchronization

/// Files in memory that can be made to crash at any step, and that then keep what a disk would have kept.
final class MemoryFiles: FileAccess {
    enum Node: Equatable {
        case file([UInt8], isPrivate: Bool)
        case link(String)
        case folder(isPrivate: Bool)
    }

    /// How far the step got at which the crash came.
    enum Damage: CaseIterable, Sendable { case untouched, half, done }

    /// What came after the crash.
    enum Crash: CaseIterable, Sendable {
        /// The process was killed: the system keeps everything.
        case processKilled
        /// The power was cut: names that were not flushed are as they were.
        case powerCut
        /// The power was cut, and some of the names got to disk by themselves.
        case powerCutLate
    }

    private struct State {
        /// What programs see.
        var nodes: [String: Node] = [:]
        /// What is on disk for sure.
        var durable: [String: Node] = [:]
        var steps = 0
        var crashAt: Int?
        var damage = Damage.untouched
        var isDead = false
    }

    private let state: Mutex<State>

    init() { state = Mutex(State()) }

    private init(nodes: [String: Node]) { state = Mutex(State(nodes: nodes, durable: nodes)) }

    /// Everything that is there.
    var nodes: [String: Node] { state.withLock { $0.nodes } }
    /// How many steps there were.
    var steps: Int { state.withLock { $0.steps } }

    /// Another disk with the same contents, everything flushed.
    func copy() -> MemoryFiles { MemoryFiles(nodes: nodes) }

    /// Crashes at a step, counted from now; nothing works afterwards.
    func crash(at step: Int, _ damage: Damage) {
        state.withLock { state in
            state.steps = 0
            state.crashAt = step
            state.damage = damage
        }
    }

    /// The disk after a crash.
    func restarted(after crash: Crash, using generator: inout some RandomNumberGenerator) -> MemoryFiles {
        let (nodes, durable) = state.withLock { ($0.nodes, $0.durable) }
        switch crash {
        case .processKilled: return MemoryFiles(nodes: nodes)
        case .powerCut: return MemoryFiles(nodes: durable)
        case .powerCutLate:
            var kept = durable
            for path in Set(nodes.keys).union(durable.keys).sorted() where Bool.random(using: &generator) {
                kept[path] = nodes[path]
            }
            return MemoryFiles(nodes: kept)
        }
    }

    /// Takes one step: does the change, unless the crash comes first.
    private func step(_ path: String, half: Node? = nil, _ change: (inout [String: Node]) -> Void) throws(AgentError) {
        try state.withLock { (state) throws(AgentError) in
            guard !state.isDead else { throw .file(path: path, reason: "dead") }
            defer { state.steps += 1 }
            guard state.steps == state.crashAt else { return change(&state.nodes) }
            state.isDead = true
            switch state.damage {
            case .untouched: break
            case .half: if let half { state.nodes[path] = half }
            case .done: change(&state.nodes)
            }
            throw .file(path: path, reason: "crash")
        }
    }
}

extension MemoryFiles {
    func contents(_ path: String) throws(AgentError) -> [UInt8]? {
        if case .file(let contents, _)? = nodes[path] { contents } else { nil }
    }

    func exists(_ path: String) -> Bool { nodes[path] != nil }

    func names(in folder: String) throws(AgentError) -> [String] {
        nodes.keys.filter { Self.folder(of: $0) == folder }.map { String($0.split(separator: "/").last ?? "") }
    }

    func write(_ contents: [UInt8], to path: String, isPrivate: Bool) throws(AgentError) {
        try checkFolder(path)
        let half = Node.file(Array(contents.prefix(contents.count / 2)), isPrivate: isPrivate)
        try step(path, half: half) { $0[path] = .file(contents, isPrivate: isPrivate) }
    }

    func link(_ path: String, to target: String) throws(AgentError) {
        try checkFolder(path)
        guard !exists(path) else { throw .file(path: path, reason: "is there") }
        try step(path) { $0[path] = .link(target) }
    }

    func rename(_ path: String, to newPath: String) throws(AgentError) {
        guard exists(path) else { throw .file(path: path, reason: "is not there") }
        try step(newPath) { nodes in
            nodes[newPath] = nodes[path]
            nodes[path] = nil
        }
    }

    func remove(_ path: String) throws(AgentError) { try step(path) { $0[path] = nil } }

    func makeFolder(_ path: String, isPrivate: Bool) throws(AgentError) {
        try checkFolder(path)
        try step(path) { $0[path] = $0[path] ?? .folder(isPrivate: isPrivate) }
    }

    func flush(_ folder: String) throws(AgentError) {
        guard folder.isEmpty || exists(folder) else { throw .file(path: folder, reason: "is not there") }
        try step(folder) { _ in }
        state.withLock { state in
            for path in Set(state.nodes.keys).union(state.durable.keys) where Self.folder(of: path) == folder {
                state.durable[path] = state.nodes[path]
            }
        }
    }

    private func checkFolder(_ path: String) throws(AgentError) {
        let folder = Self.folder(of: path)
        guard folder.isEmpty || exists(folder) else { throw .file(path: path, reason: "no folder") }
    }

    private static func folder(of path: String) -> String {
        path.split(separator: "/").dropLast().joined(separator: "/")
    }
}
