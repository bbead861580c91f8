// SPDX-License-Identifier: Apache-2.0

import OMADM

/// How one command ended: what becomes a Status, and the Results that go with it.
struct CommandOutcome {
    /// How one item of a command ended.
    struct ItemOutcome: Hashable {
        /// The LocURI as it was sent.
        let target: String?
        let code: StatusCode
    }

    /// The CmdID of the command; empty when it had none.
    let cmdRef: String
    /// The name of the command.
    let cmd: String
    /// How the command ended as a whole.
    var code: StatusCode
    /// How its items ended, when not all ended alike.
    var items: [ItemOutcome] = []
    /// What its items brought, an entry for each item of a Get.
    var results: [[NodeReading]] = []
    /// Whether the command stands inside an Atomic.
    var isInAtomic = false
    /// Whether the sender wants no Status.
    var isSilent = false

    /// How a command ended that is known by its number only.
    init(cmdRef: String, cmd: String, code: StatusCode) {
        self.cmdRef = cmdRef
        self.cmd = cmd
        self.code = code
    }

    init(_ command: Command, _ code: StatusCode) {
        cmdRef = command.cmdID ?? ""
        cmd = command.name
        self.code = code
        isSilent = command.noResp
    }

    init(_ command: Command, items: [ItemOutcome], results: [[NodeReading]] = []) {
        self.init(command, items.first?.code ?? .badRequest)
        self.results = results
        guard Set(items.map(\.code)).count > 1 else { return }
        self.items = items
        code = items.first { !$0.code.isSuccess }?.code ?? code
    }
}

extension CommandOutcome {
    /// How the command ended when the change of its message could not be written.
    ///
    /// - Parameter error: why not; with ``AgentError/unfinishedChange`` it is unknown whether anything has changed.
    /// - Returns: the outcome to tell.
    func afterStoreFailure(_ error: AgentError) -> CommandOutcome {
        guard code.isSuccess || items.contains(where: \.code.isSuccess) else { return self }
        let isUnchanged = error != .unfinishedChange
        var outcome = self
        switch cmd {
        case "Atomic": outcome.code = isUnchanged ? .atomicFailed : .atomicRollBackFailed
        case _ where isInAtomic: outcome.code = isUnchanged ? .atomicRollBackOK : .atomicRollBackFailed
        case "Add", "Replace", "Delete", "Exec": outcome.code = error.isFull ? .deviceFull : .dataStoreFailure
        default: return self
        }
        outcome.items = []
        return outcome
    }
}
