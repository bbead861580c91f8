// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
public import Logging
import Synchronization

/// The state of the agent in its folder: read whole, changed in transactions that survive a crash at any step.
///
/// `state.json` holds the state; the other files follow from it, see ``StoreFiles``. All writing goes through
/// ``transaction(_:)``, one at a time.
public final class AgentStore: Sendable {
    private struct Shared: Sendable {
        var state: AgentState
        /// Octets of the state file; 0 when there is none yet.
        var octets: Int
        /// The change that could not be finished; everything but reading fails until it is.
        var isUnfinished = false
    }

    let files: any FileAccess
    private let log: Logger
    /// Guards the state, and that one change follows another.
    private let shared: Mutex<Shared>

    static let stateFile = "state.json"

    /// Opens a folder and finishes what a crash left.
    ///
    /// Files that do not belong to the state, which only other programs can have put there under a key's name, are
    /// removed; files of certificates that are missing are written again. A folder with keys and without a state is
    /// left as it is.
    ///
    /// - Throws: ``AgentError`` when the folder cannot be read or its state is damaged.
    public init(files: any FileAccess, log: Logger = Logger(label: "sealwright.agent")) throws(AgentError) {
        self.files = files
        self.log = log
        try FileTransaction.recover(files)
        let (state, octets) = try Self.load(files)
        shared = Mutex(Shared(state: state, octets: octets))
        let leftovers = try AgentFolder.leftovers(of: state, in: files)
        // A change that was cut off has a journal. Without that and without a state nobody knows whose the keys are,
        // and they cannot be made again.
        guard octets > 0 || !leftovers.contains(where: { $0.hasSuffix(".key") }) else {
            throw .corrupt(path: Self.stateFile, reason: "it is gone, and its private keys are there")
        }
        for path in leftovers {
            log.warning("\(AgentEvent.Kind.leftoverRemoved.rawValue)", metadata: ["subject": "\(path)"])
            try files.remove(path)
        }
        try repair(state)
        tighten()
    }

    /// The state now.
    public var state: AgentState { shared.withLock { $0.state } }

    /// A draft that only looks: nothing of it is kept.
    func lookingDraft() -> AgentDraft { AgentDraft(state, files: files) }

    /// Changes the state and the files that follow from it, all or nothing.
    ///
    /// - Parameters:
    ///   - limit: octets that the state may grow to; `nil` for no bound. One that is larger already may shrink.
    ///   - body: makes the change.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws, after which nothing has changed; ``AgentError`` when the change could not be
    ///   written: ``AgentError/unfinishedChange`` when it is unknown whether it happened, any other when it did not.
    func transaction<Result>(
        limit: Int? = nil, _ body: (inout AgentDraft) throws(AgentError) -> Result
    ) throws(AgentError) -> Result {
        let (result, events) = try shared.withLock { (shared) throws(AgentError) -> (Result, [AgentEvent]) in
            try finishEarlierChange(&shared)
            var draft = AgentDraft(shared.state, files: files)
            let result = try body(&draft)
            try commit(draft, &shared, limit)
            return (result, draft.events)
        }
        for event in events { tell(event) }
        return result
    }

    private func commit(_ draft: AgentDraft, _ shared: inout Shared, _ limit: Int?) throws(AgentError) {
        guard draft.state != shared.state else { return }
        var transaction = try AgentFolder.changes(from: shared.state, to: draft.state, keys: draft.keys, in: files)
        let contents = try Self.encode(draft.state)
        if let limit, contents.count > max(limit, shared.octets) { throw .full(limit: limit) }
        transaction.changes.append(.file(Self.stateFile, EncodedBytes(contents), isPrivate: true))
        do throws(FileTransaction.Failure) {
            try transaction.commit(to: files)
            shared.state = draft.state
            shared.octets = contents.count
        } catch {
            switch error {
            case .nothingHappened(let reason): throw reason
            case .unfinished(let reason):
                shared.isUnfinished = true
                try finishEarlierChange(&shared)
                // It may have been taken back instead.
                guard try files.contents(Self.stateFile) == contents else { throw reason }
            }
        }
    }

    /// Carries out a change whose files could not be written when it was made, or takes it back.
    private func finishEarlierChange(_ shared: inout Shared) throws(AgentError) {
        guard shared.isUnfinished else { return }
        do throws(AgentError) {
            try FileTransaction.recover(files)
            (shared.state, shared.octets) = try Self.load(files)
            shared.isUnfinished = false
        } catch {
            throw .unfinishedChange
        }
    }

    /// Puts the modes of files back that somebody has loosened since they were written, and logs which.
    ///
    /// Others could read a private key, or put an authority among those that are trusted here.
    func tighten() {
        for file in FolderModes(files: files).looseFiles() {
            var event = AgentEvent(.modePutBack, file.path)
            do throws(AgentError) {
                try files.tighten(file.path, isPrivate: file.isPrivate)
            } catch {
                event = AgentEvent(.modeLoose, file.path, error.description)
            }
            tell(event)
        }
    }

    private func tell(_ event: AgentEvent) {
        log.log(
            level: event.kind.level,
            "\(event.kind.rawValue)", metadata: ["subject": "\(event.subject)", "detail": "\(event.detail)"])
    }

    /// Writes files again that follow from the state and are gone, such as a certificate somebody deleted.
    private func repair(_ state: AgentState) throws(AgentError) {
        var transaction = try AgentFolder.changes(from: AgentState(), to: state, keys: nil, in: files)
        transaction.changes.removeAll { change in
            if case .removed = change { return true }
            return files.exists(change.path)
        }
        // What is there was left out above and stays, whatever becomes of the rest.
        transaction.undo = transaction.changes.compactMap { change -> FileTransaction.Change? in
            if case .folder = change { return nil }
            return .removed(change.path)
        }
        do throws(FileTransaction.Failure) {
            try transaction.commit(to: files)
        } catch {
            switch error {
            case .nothingHappened(let reason), .unfinished(let reason): throw reason
            }
        }
    }

    /// The state, and how many octets its file has.
    private static func load(_ files: any FileAccess) throws(AgentError) -> (AgentState, Int) {
        guard let contents = try files.contents(stateFile) else { return (AgentState(), 0) }
        return (try AgentState(reading: contents, from: stateFile), contents.count)
    }

    private static func encode(_ state: AgentState) throws(AgentError) -> [UInt8] {
        do {
            return Array(try JSONEncoder().encode(state))
        } catch {
            throw .corrupt(path: stateFile, reason: "cannot be written")
        }
    }
}
