// SPDX-License-Identifier: Apache-2.0

public import OMADM

/// One case of the conformance suite for ClientCertificateInstall and its neighbours: what a server sends, and what a device has to answer.
///
/// A case needs no fresh device: it first deletes what it uses. ``messages(sessionID:device:server:)`` gives the messages
/// to send, ``objections(to:)`` compares the answers.
public struct ConformanceCase: Sendable {
    /// What a case is about.
    public enum Group: String, CaseIterable, Sendable {
        /// A command on a node that is or is not there.
        case base = "node × scope × command × presence"
        /// The Format a value comes with.
        case format = "format of a value"
        /// A value in and out of its bounds.
        case value = "value"
        /// A child of an Atomic that fails.
        case atomicFailure = "failure in an Atomic"
        /// The order of the children of an Atomic.
        case atomicOrder = "order in an Atomic"
        /// Where the published description contradicts itself.
        case contradiction = "contradiction of the description"
        /// A key for a container that a person opens.
        case container = "key in a container"
        /// From installation to deletion.
        case lifeCycle = "life cycle"
        /// A command on a node of a neighbouring tree that is or is not there.
        case neighbour = "neighbouring trees: node × scope × command × presence"
        /// A value of a neighbouring tree in and out of its bounds.
        case neighbourValue = "neighbouring trees: value"
    }

    /// What has to come back for one command.
    public struct Expectation: Hashable, Sendable {
        /// The CmdID of the command.
        public let cmdID: String
        /// The status.
        public let code: StatusCode
        /// The data of its Results; `nil` when that does not matter.
        public var data: String?
    }

    /// What the case is about.
    public let group: Group
    /// The node, scope and command in words; unique.
    public let name: String
    /// Commands that prepare the device; each has to succeed.
    public let preparation: [Command]
    /// The commands under test.
    public let commands: [Command]
    /// What has to come back for them, in order.
    public let expected: [Expectation]
    /// Reads of nodes afterwards.
    public let aftermath: [Command]
    /// What has to come back for those.
    public let expectedAftermath: [Expectation]
    /// Deletes of what the case uses.
    let cleaning: [Command]

    /// The messages of a server in one session: cleaning and preparation, the commands under test, the reads afterwards.
    public func messages(sessionID: String, device: String, server: String) -> [SyncML] {
        [cleaning + preparation, commands, aftermath].enumerated().map { index, commands in
            let hdr = SyncHdr(
                sessionID: sessionID, msgID: String(index + 1), target: Location(device), source: Location(server))
            return SyncML(hdr: hdr, body: SyncBody(commands: commands))
        }
    }

    /// What is wrong with the answers to the messages; empty when the device conforms.
    public func objections(to answers: [SyncML?]) -> [String] {
        guard answers.count == 3, let first = answers[0], let second = answers[1], let third = answers[2] else {
            return ["\(name): \(answers.compactMap { $0 }.count) answers instead of 3"]
        }
        let prepared = preparation.compactMap(\.cmdID).map { Expectation(cmdID: $0, code: .ok) }
        return Self.objections(to: first, prepared, isComplete: false).map { "\(name): preparation: \($0)" }
            + Self.objections(to: second, expected, isComplete: true).map { "\(name): \($0)" }
            + Self.objections(to: third, expectedAftermath, isComplete: true).map { "\(name): afterwards: \($0)" }
    }

    private static func objections(
        to answer: SyncML, _ expected: [Expectation], isComplete: Bool
    ) -> [String] {
        var codes: [(cmdRef: String, code: StatusCode)] = []
        var data: [String: String] = [:]
        for command in answer.body.commands {
            if case .status(let status) = command, status.cmdRef != "0" { codes.append((status.cmdRef, status.code)) }
            if case .results(let results) = command, let cmdRef = results.cmdRef {
                data[cmdRef] = results.items.first?.data?.text ?? ""
            }
        }
        var objections: [String] = []
        if isComplete, codes.map(\.cmdRef) != expected.map(\.cmdID) {
            objections.append("statuses for \(codes.map(\.cmdRef)) instead of \(expected.map(\.cmdID))")
        }
        for expectation in expected {
            let code = codes.first { $0.cmdRef == expectation.cmdID }?.code
            if code != expectation.code {
                let found = code.map { String($0.rawValue) } ?? "nothing"
                objections.append("command \(expectation.cmdID): \(found) instead of \(expectation.code.rawValue)")
            }
            if let wanted = expectation.data, data[expectation.cmdID] != wanted {
                objections.append(
                    "command \(expectation.cmdID): '\(data[expectation.cmdID] ?? "nothing")' instead of '\(wanted)'")
            }
        }
        return objections
    }
}
