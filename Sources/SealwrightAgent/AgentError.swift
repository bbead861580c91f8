// SPDX-License-Identifier: Apache-2.0

/// Why the agent could not read or keep its state.
///
/// What a server sends never ends here: it is answered with a status. Cases carry the facts; ``code`` is stable and the
/// same in log and command line.
public enum AgentError: Error, Hashable, Sendable {
    /// A file could not be read or written; the path is relative to the agent's folder unless it is that folder.
    case file(path: String, reason: String)
    /// A file cannot be written under its name: it is too long, its folder is gone, or something else has its place.
    case unusable(path: String, reason: String)
    /// Another process uses the folder.
    case locked(path: String)
    /// A file of the agent is not what the agent wrote.
    case corrupt(path: String, reason: String)
    /// The state would be larger than a server may make it.
    case full(limit: Int)
    /// The last change could neither be finished nor taken back; open the folder again.
    case unfinishedChange
    /// A certificate, key or CRL handed in is not one.
    case unreadable(String)
    /// A key or certificate that is asked for is not in the stores.
    case notFound(String)
    /// The certificate that the device proves itself with is not removed by itself.
    case managementCertificate

    /// The stable code of this error.
    public var code: String {
        switch self {
        case .file, .unusable: "agent.file"
        case .locked: "agent.locked"
        case .corrupt: "agent.corrupt-state"
        case .full: "agent.full"
        case .unfinishedChange: "agent.unfinished-change"
        case .unreadable: "agent.unreadable"
        case .notFound: "agent.not-found"
        case .managementCertificate: "agent.management-certificate-needed"
        }
    }
}

extension AgentError {
    /// Whether the same may succeed later: there may be space again, or the folder be writable.
    var mayPass: Bool {
        switch self {
        case .file, .unfinishedChange: true
        default: false
        }
    }

    /// Whether there is no room for what a server sent.
    var isFull: Bool { if case .full = self { true } else { false } }
}

extension AgentError: CustomStringConvertible {
    /// One sentence for people; nothing secret.
    public var description: String {
        switch self {
        case .file(let path, let reason), .unusable(let path, let reason): "\(path): \(reason)"
        case .locked(let path): "another process uses \(path)"
        case .corrupt(let path, let reason): "\(path) is damaged: \(reason)"
        case .full(let limit): "the state would have more than \(limit) bytes"
        case .unfinishedChange: "the last change could neither be finished nor taken back; restart the agent"
        case .unreadable(let reason): reason
        case .notFound(let what): "\(what) is not in the stores"
        case .managementCertificate: "the device proves itself to its server with this certificate"
        }
    }
}
