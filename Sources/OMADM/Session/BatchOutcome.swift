// SPDX-License-Identifier: Apache-2.0

/// How a batch ended at the device.
///
/// Source: OMA Device Management Protocol 1.2, section 8; MS-MDM, sections 2.2.6 and 2.2.7.
public struct BatchOutcome: Hashable, Sendable {
    /// Why a batch was not sent at all.
    public enum Refusal: Hashable, Sendable {
        /// It holds no commands.
        case empty
        /// It holds an element that a server does not send; the name is given.
        case notACommand(String)
        /// A command is larger than a message may be and cannot be sent in parts; both in octets.
        case tooLarge(octets: Int, limit: Int)
        /// An object is larger than the device takes; both in octets.
        case objectTooLarge(octets: Int, limit: Int)
        /// A command cannot be written in XML.
        case unwritable(OMADMError)
    }

    /// The name of the batch.
    public var id: String
    /// How each command ended, those inside groups too, in the order of the batch.
    ///
    /// A command whose items did not end alike has an entry for each.
    public var statuses: [CommandStatus]
    /// What the device brought.
    public var results: [ResultsItem]
    /// Whether every command that wants an answer has one.
    public var isComplete: Bool
    /// Codes that count as success outside an Atomic.
    public var toleratedCodes: Set<StatusCode>
    /// Why the batch was not sent; `nil` when it was.
    public var refusal: Refusal?

    /// Makes an outcome.
    ///
    /// - Parameters:
    ///   - id: the name of the batch.
    ///   - statuses: how each command ended.
    ///   - results: what the device brought.
    ///   - isComplete: whether every command that wants an answer has one.
    ///   - toleratedCodes: codes that count as success outside an Atomic.
    ///   - refusal: why the batch was not sent.
    public init(
        id: String, statuses: [CommandStatus] = [], results: [ResultsItem] = [], isComplete: Bool = false,
        toleratedCodes: Set<StatusCode> = [], refusal: Refusal? = nil
    ) {
        self.id = id
        self.statuses = statuses
        self.results = results
        self.isComplete = isComplete
        self.toleratedCodes = toleratedCodes
        self.refusal = refusal
    }

    /// Whether all was done.
    ///
    /// Devices report an Atomic of 500 beside children of 200, or the reverse, so that no single code is trusted: every
    /// answer has to be a success. Of an Atomic that is none, nothing was applied.
    public var isSuccess: Bool { isComplete && refusal == nil && firstFailure == nil }

    /// The answer that tells why it failed: the first that is an error of its own rather than the consequence of one.
    public var firstFailure: CommandStatus? {
        let failures = statuses.filter { $0.code != nil && !$0.isSuccess(tolerating: toleratedCodes) }
        let consequences: Set<StatusCode> = [.atomicFailed, .atomicRollBackOK, .notExecuted]
        return failures.first { status in status.code.map { !consequences.contains($0) } ?? false } ?? failures.first
    }

    /// The value of a node, compared as Windows does: letters in either case.
    ///
    /// - Parameter locURI: the node, or the end of its LocURI from a slash on.
    /// - Returns: `nil` when the device did not bring it.
    public func value(of locURI: String) -> ResultsItem? {
        let wanted = LocURIText.key(locURI)
        return results.first { item in
            guard let found = item.locURI.map(LocURIText.key) else { return false }
            return found == wanted || (wanted.hasPrefix("/") && found.hasSuffix(wanted))
        }
    }
}

extension BatchOutcome.Refusal: CustomStringConvertible {
    /// One sentence for people.
    public var description: String {
        switch self {
        case .empty: "the batch holds no commands"
        case .notACommand(let name): "a server does not send \(name)"
        case .tooLarge(let octets, let limit):
            "a command of \(octets) octets does not fit into a message of \(limit) and cannot be sent in parts"
        case .objectTooLarge(let octets, let limit):
            "an object of \(octets) octets is larger than the \(limit) that the device takes"
        case .unwritable(let error): error.description
        }
    }
}
