// SPDX-License-Identifier: Apache-2.0

public import OMADM

/// Carries out commands on the tree without a server, as a message of one is.
public struct LocalManagement: Sendable {
    /// What became of the commands.
    public struct Outcome: Hashable, Sendable, Codable {
        /// How one command, or one item of it, ended.
        public struct Status: Hashable, Sendable, Codable {
            /// The CmdID of the command.
            public let cmdRef: String
            /// Its name.
            public let cmd: String
            /// The node, where items did not end alike.
            public let target: String?
            /// The number of the status.
            public let code: Int
            /// Whether it says that the command was done or will be; a part of an object whose rest is missing is not.
            public let isSuccess: Bool
            /// Why not, in words for people; `nil` for what was done, and where only the number is known.
            public let reason: String?
        }

        /// One node that a Get brought.
        public struct Node: Hashable, Sendable, Codable {
            /// The address of the node.
            public let uri: String
            /// `chr`, `int`, `node` and so on; `nil` when not told.
            public let format: String?
            /// The value; the names below for an interior node.
            public let data: String?
        }

        /// The statuses in the order of the commands.
        public let statuses: [Status]
        /// What was read.
        public let nodes: [Node]

        /// Whether every command was done.
        public var isSuccess: Bool { statuses.allSatisfy(\.isSuccess) }
    }

    let store: AgentStore
    let context: ManagementContext

    /// Joins the two.
    public init(store: AgentStore, context: ManagementContext) {
        self.store = store
        self.context = context
    }

    /// Carries out commands.
    public func run(_ commands: [Command]) -> Outcome {
        var session = DeviceSession(
            store: store, context: context, sessionID: Self.sessionID, device: "local", server: "local")
        let hdr = SyncHdr(
            sessionID: Self.sessionID, msgID: "1", target: Location("local"), source: Location("local"))
        let answer = session.answer(to: SyncML(hdr: hdr, body: SyncBody(commands: commands, isFinal: true)))
        return Outcome(answer?.body.commands ?? [], session)
    }

    /// Reads the commands of a file: a message in WBXML or XML, or XML without a header as published examples have it.
    ///
    /// - Throws: ``AgentServiceError/commandsUnreadable(_:)``.
    public static func commands(in octets: [UInt8]) throws(AgentServiceError) -> [Command] {
        do throws(OMADMError) {
            guard octets.first.map({ $0 <= Self.lastWBXMLVersion && !Self.whiteSpace.contains($0) }) ?? false else {
                return try SyncBody(parsingExample: octets).commands
            }
            return try SyncML(parsing: octets, as: .wbxml).body.commands
        } catch {
            throw .commandsUnreadable(error)
        }
    }

    /// No session with a server has this number.
    private static let sessionID = "local"
    /// WBXML begins with its version, 1.1 to 1.3; XML with text.
    private static let lastWBXMLVersion: UInt8 = 0x08
    private static let whiteSpace: Set<UInt8> = [0x09, 0x0A, 0x0D, 0x20]
}

extension LocalManagement.Outcome {
    fileprivate init(_ answer: [Command], _ session: DeviceSession) {
        var statuses: [Status] = []
        var nodes: [Node] = []
        // All is in one message: who asks for the next one lacks the rest of an object.
        let isPartMissing = answer.contains { command in
            if case .alert(let alert) = command { alert.code == .nextMessage } else { false }
        }
        for command in answer {
            switch command {
            // A command may have the number of the header by mistake.
            case .status(let status) where status.cmd != "SyncHdr":
                let isSuccess = status.code.isSuccess && !(isPartMissing && status.code == .chunkedItemAccepted)
                statuses.append(
                    Status(
                        cmdRef: status.cmdRef, cmd: status.cmd, target: status.targetRefs.first,
                        code: Int(status.code.rawValue), isSuccess: isSuccess,
                        reason: isSuccess ? nil : session.reasons[status.cmdRef] ?? session.storeFailure))
            case .results(let results):
                nodes += results.items.map { item in
                    Node(
                        uri: item.source?.locURI ?? item.target?.locURI ?? "",
                        format: (item.meta ?? results.meta)?.format?.rawValue, data: item.data?.text)
                }
            default: break
            }
        }
        self.init(statuses: statuses, nodes: nodes)
    }
}
