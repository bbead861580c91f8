// SPDX-License-Identifier: Apache-2.0

/// How a command ended.
package struct CommandResult: Sendable, Hashable, Codable {
    package let command: QueuedCommandID
    /// `succeeded` or `failed`; another state changes nothing.
    package let state: QueuedCommand.State
    /// JSON for people and the API.
    ///
    /// What the middle ends by itself says `{"code":…,"text":…}`, with a code of ``ErrorCatalog``.
    package let outcome: [UInt8]?

    package init(command: QueuedCommandID, state: QueuedCommand.State, outcome: [UInt8]? = nil) {
        self.command = command
        self.state = state
        self.outcome = outcome
    }
}

extension CommandResult {
    /// The outcome of a command that was sent ``QueuedCommand/attemptLimit`` times and never answered.
    package static let unanswered = outcome(of: .neverAnswered)

    /// The outcome of a command whose predecessor ended badly.
    package static let orphaned = outcome(of: .predecessorFailed)

    /// The outcome of a command that somebody took back.
    package static let withdrawn = outcome(of: .withdrawn)

    private static func outcome(of error: ManagementError) -> [UInt8] {
        Array(#"{"code":"\#(error.code)","text":"\#(error)"}"#.utf8)
    }
}
