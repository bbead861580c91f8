// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// Changes of several files that happen all or not at all, whenever the process ends.
///
/// A redo journal: the whole change, contents of files included, is written beside its final place, flushed and renamed
/// to `journal`. From then on the change has happened. Carrying it out, and carrying it out again after a crash, leads to
/// the same files, because every file is written under a temporary name and renamed.
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

    /// The journal of a change that has happened and may not have been carried out.
    static let journal = "journal"
    private static let temporaryJournal = ".journal.tmp"

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
            try writeJournal(files)
        } catch {
            // The name may be there although the step failed; the change has happened then.
            guard !files.exists(Self.journal) else { throw .unfinished(error) }
            throw .nothingHappened(error)
        }
        do throws(AgentError) {
            try finish(files)
        } catch {
            throw .unfinished(error)
        }
    }

    /// Carries out what a crash left.
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
        try transaction.finish(files)
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

    private func finish(_ files: some FileAccess) throws(AgentError) {
        for change in changes { try change.apply(files) }
        for folder in Set(changes.map { Self.folder(of: $0.path) }).sorted() { try files.flush(folder) }
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
            try files.write(contents.octets, to: temporary, isPrivate: isPrivate)
            try files.rename(temporary, to: path)
        case .link(let path, let target):
            try files.remove(temporary)
            try files.link(temporary, to: target)
            try files.rename(temporary, to: path)
        }
    }

    /// The name a file is written under before it gets its own; the same at every attempt, so that none is left over.
    private var temporary: String {
        let folder = FileTransaction.folder(of: path)
        let name = path.split(separator: "/").last ?? ""
        return (folder.isEmpty ? "" : folder + "/") + ".\(name).tmp"
    }
}
