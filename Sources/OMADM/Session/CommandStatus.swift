// SPDX-License-Identifier: Apache-2.0

/// How one command of a batch ended at the device.
///
/// Source: OMA SyncML Representation Protocol 1.2, section 6.6.16.
public struct CommandStatus: Hashable, Sendable {
    /// The name of the command, as `Add`; `Results` for an object that could not be received.
    public var command: String
    /// The node; `nil` for a group, and for a command of several items that all ended alike.
    public var locURI: String?
    /// How it ended; `nil` when the device did not say.
    public var code: StatusCode?
    /// Whether the command stands inside an Atomic.
    public var isInAtomic: Bool

    /// Makes a statement.
    ///
    /// - Parameters:
    ///   - command: the name of the command.
    ///   - locURI: the node.
    ///   - code: how it ended.
    ///   - isInAtomic: whether the command stands inside an Atomic.
    public init(command: String, locURI: String?, code: StatusCode?, isInAtomic: Bool = false) {
        self.command = command
        self.locURI = locURI
        self.code = code
        self.isInAtomic = isInAtomic
    }

    /// Whether this is as good as done; so is a Delete of what is not there, as the CSP's own example has on first run.
    ///
    /// Inside an Atomic nothing is tolerated: one command that is not done takes back all others.
    func isSuccess(tolerating codes: Set<StatusCode>) -> Bool {
        guard let code else { return false }
        guard !code.isSuccess else { return true }
        return !isInAtomic && (codes.contains(code) || command == "Delete" && code == .notFound)
    }
}
