// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// Changes of several files that happen all or not at all, whenever the process ends.
///
/// A redo journal: the whole change, contents of files included, is written beside its final place, flushed and renamed
/// to `journal`. From then on the change has happened. Carrying it out, and carrying it out again after a crash, leads to
/// the same files, because every file is written under a temporary name and renamed.
///
/// A change that meets a name it cannot use, such as a file's that a folder has, would fail at every attempt. It is taken
/// back: the journal is replaced, in one step, by that of the way back, which leaves out what it cannot do. Whenever the
/// process ends, one of the two journals is there and leads to the files after or before. The way back does not have the
/// last change, the state of the agent, whose file is written when all others are in place.
struct FileTransaction: Codable, Equatable {
    /// One change.
    enum Change: Codable, Equatable {
        /// A folder is there.
        case folder(String, isPrivate: Bool)
        /// A file has these contents.
        case file(String, EncodedBytes, isPrivate: Bool)
        /// A symbolic link leads to a target.
        case link(String, target: String)
        /// A file or link is not there.
        case removed(String)

        var path: String {
            switch self {
            case .folder(let path, _), .file(let path, _, _), .link(let path, _), .removed(let path): path
            }
        }
    }

    var changes: [Change] = []
    /// What puts the files of all changes but the last back; `nil` when that is not known.
    var undo: [Change]?
    /// Whether this is the way back from a change; absent in the journal of a change.
    private(set) var isReturn: Bool?

    /// The journal of a change that has happened and may not have been carried out.
    static let journal = "journal"
    private static let temporaryJournal = ".journal.tmp"
    /// Octets that the name of a file or folder may have on the file systems of Linux.
    static let nameLimit = 255

    /// How a change that could not be made left the files.
    enum Failure: Error {
        /// As they were.
        case nothingHappened(AgentError)
        /// The change has happened and could not be carried out.
        case unfinished(AgentError)
    }

    /// Makes the change.
    func commit(to files: some FileAccess) throws(Failure) {
        guard !changes.isEmpty else { return }
        do throws(AgentError) {
            try checkNames()
            try writeJournal(files)
        } catch {
            // The name may be there although the step failed; the change has happened then.
            guard !files.exists(Self.journal) else { throw .unfinished(error) }
            throw .nothingHappened(error)
        }
        let refusal: AgentError?
        do throws(AgentError) {
            refusal = try carryOut(files, isReplay: false)
        } catch {
            throw .unfinished(error)
        }
        if let refusal { throw .nothingHappened(refusal) }
    }

    /// Carries out what a crash left, or takes it back.
    ///
    /// - Throws: ``AgentError/corrupt(path:reason:)`` when the journal is not one.
    static func recover(_ files: some FileAccess) throws(AgentError) {
        if files.exists(temporaryJournal) { try files.remove(temporaryJournal) }
        guard let contents = try files.contents(journal) else { return }
        let transaction: FileTransaction
        do {
            transaction = try JSONDecoder().decode(FileTransaction.self, from: Data(contents))
        } catch {
            throw .corrupt(path: journal, reason: "not a journal")
        }
        _ = try transaction.carryOut(files, isReplay: true)
    }

    /// States that no name is longer than a file's can be, which would only show once the change has happened.
    private func checkNames() throws(AgentError) {
        for change in changes {
            if case .removed = change { continue }
            let names = (change.temporary ?? change.path).split(separator: "/")
            guard names.allSatisfy({ $0.utf8.count <= Self.nameLimit }) else {
                throw .unusable(path: change.path, reason: "a name of more than \(Self.nameLimit) octets")
            }
        }
    }

    private func writeJournal(_ files: some FileAccess) throws(AgentError) {
        let contents: [UInt8]
        do {
            contents = Array(try JSONEncoder().encode(self))
        } catch {
            throw .corrupt(path: Self.journal, reason: "cannot be written")
        }
        try files.write(contents, to: Self.temporaryJournal, isPrivate: true)
        try files.rename(Self.temporaryJournal, to: Self.journal)
        try files.flush("")
    }

    /// Carries the change out, or takes it back when a name that it needs cannot be used.
    ///
    /// - Parameters:
    ///   - files: the files.
    ///   - isReplay: whether it may have been carried out before, in part or to its end.
    /// - Returns: why it was taken back; `nil` when it was carried out.
    /// - Throws: ``AgentError`` when it could be neither; the journal is still there.
    private func carryOut(_ files: some FileAccess, isReplay: Bool) throws(AgentError) -> AgentError? {
        // Once the last change is in place all were; what cannot be repeated then need not be.
        let isTolerant = isReturn == true || isReplay && hasLastChange(files)
        for change in changes {
            do throws(AgentError) {
                try change.apply(files)
            } catch {
                guard case .unusable = error else { throw error }
                if isTolerant { continue }
                guard let undo = undo ?? change.undoWhenFirst else { throw error }
                try takeBack(undo, files)
                return error
            }
        }
        try end(files, isTolerant: isTolerant)
        return nil
    }

    private func hasLastChange(_ files: some FileAccess) -> Bool {
        guard case .file(let path, let contents, _)? = changes.last else { return false }
        return (try? files.contents(path)) == contents.octets
    }

    /// Puts the files back, temporary ones away.
    private func takeBack(_ undo: [Change], _ files: some FileAccess) throws(AgentError) {
        let leftovers = changes.compactMap(\.temporary).map { Change.removed($0) }
        let back = FileTransaction(changes: leftovers + undo, isReturn: true)
        try back.writeJournal(files)
        _ = try back.carryOut(files, isReplay: false)
    }

    /// Makes the names last and removes the journal.
    private func end(_ files: some FileAccess, isTolerant: Bool) throws(AgentError) {
        for folder in Set(changes.map { Self.folder(of: $0.path) }).sorted() {
            if isTolerant, !folder.isEmpty, !files.exists(folder) { continue }
            do throws(AgentError) {
                try files.flush(folder)
            } catch {
                guard isTolerant, case .unusable = error else { throw error }
            }
        }
        try files.remove(Self.journal)
        try files.flush("")
    }

    /// The folder a path is in; the agent's own is empty.
    static func folder(of path: String) -> String {
        path.split(separator: "/").dropLast().joined(separator: "/")
    }
}

extension FileTransaction.Change {
    fileprivate func apply(_ files: some FileAccess) throws(AgentError) {
        switch self {
        case .folder(let path, let isPrivate): try files.makeFolder(path, isPrivate: isPrivate)
        case .removed(let path): try files.remove(path)
        case .file(let path, let contents, let isPrivate):
            let temporary = Self.temporary(path)
            try files.write(contents.octets, to: temporary, isPrivate: isPrivate)
            try files.rename(temporary, to: path)
        case .link(let path, let target):
            let temporary = Self.temporary(path)
            try files.remove(temporary)
            try files.link(temporary, to: target)
            try files.rename(temporary, to: path)
        }
    }

    /// The way back from a folder that cannot be made, for journals of earlier versions, which have none: folders are
    /// made first, so no file has changed.
    fileprivate var undoWhenFirst: [Self]? {
        if case .folder = self { return [] }
        return nil
    }

    /// The name that the file or link has before it gets its own; `nil` for a change that makes neither.
    fileprivate var temporary: String? {
        switch self {
        case .file(let path, _, _), .link(let path, _): Self.temporary(path)
        case .folder, .removed: nil
        }
    }

    /// The name a file is written under before it gets its own; the same at every attempt, so that none is left over.
    private static func temporary(_ path: String) -> String {
        let folder = FileTransaction.folder(of: path)
        let name = path.split(separator: "/").last ?? ""
        return (folder.isEmpty ? "" : folder + "/") + ".\(name).tmp"
    }
}
