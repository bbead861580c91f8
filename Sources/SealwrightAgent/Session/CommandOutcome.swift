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
    /// Whether the sender wants no Status.
    var isSilent = false

    init(_ command: Command, _ code: StatusCode) {
        cmdRef = command.cmdID ?? ""
        cmd = command.name
        self.code = code
        isSilent = command.isAnswerUnwanted
    }

    init(_ command: Command, items: [ItemOutcome], results: [[NodeReading]] = []) {
        self.init(command, items.first?.code ?? .badRequest)
        self.results = results
        guard Set(items.map(\.code)).count > 1 else { return }
        self.items = items
        code = items.first { !$0.code.isSuccess }?.code ?? code
    }
}

extension Command {
    /// Whether the sender wants no Status for it.
    fileprivate var isAnswerUnwanted: Bool {
        switch self {
        case .add(let command), .replace(let command), .copy(let command): command.noResp
        case .get(let command): command.noResp
        case .delete(let command): command.noResp
        case .exec(let command): command.noResp
        case .alert(let command): command.noResp
        case .atomic(let command): command.noResp
        case .sequence(let command): command.noResp
        case .status, .results, .unknown: false
        }
    }
}
