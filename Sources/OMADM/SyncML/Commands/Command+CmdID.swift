// SPDX-License-Identifier: Apache-2.0

extension Command {
    /// The command under another CmdID; those inside an Atomic or Sequence keep theirs.
    public func numbered(_ cmdID: String) -> Command {
        switch self {
        case .add(var edit):
            edit.cmdID = cmdID
            return .add(edit)
        case .replace(var edit):
            edit.cmdID = cmdID
            return .replace(edit)
        case .copy(var edit):
            edit.cmdID = cmdID
            return .copy(edit)
        case .get(var get):
            get.cmdID = cmdID
            return .get(get)
        case .delete(var delete):
            delete.cmdID = cmdID
            return .delete(delete)
        case .exec(var exec):
            exec.cmdID = cmdID
            return .exec(exec)
        case .alert(var alert):
            alert.cmdID = cmdID
            return .alert(alert)
        case .status(var status):
            status.cmdID = cmdID
            return .status(status)
        case .results(var results):
            results.cmdID = cmdID
            return .results(results)
        case .atomic(var group):
            group.cmdID = cmdID
            return .atomic(group)
        case .sequence(var group):
            group.cmdID = cmdID
            return .sequence(group)
        case .unknown(var unknown):
            unknown.cmdID = cmdID
            return .unknown(unknown)
        }
    }

    /// Whether the sender wants no Status for it.
    public var noResp: Bool {
        switch self {
        case .add(let command), .replace(let command), .copy(let command): command.noResp
        case .get(let command): command.noResp
        case .delete(let command): command.noResp
        case .exec(let command): command.noResp
        case .alert(let command): command.noResp
        case .atomic(let command), .sequence(let command): command.noResp
        case .status, .results, .unknown: false
        }
    }
}
