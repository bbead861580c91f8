// SPDX-License-Identifier: Apache-2.0

import OMADM

/// Why a command on the tree was not done: the status a server gets, and the reason for the agent's own log.
///
/// Source: OMA SyncML Representation Protocol 1.2, section 10.
struct CommandFailure: Error, Hashable, Sendable {
    /// The status of the command.
    let status: StatusCode
    /// One sentence for people; nothing secret.
    let reason: String
    /// What an installation reports in its Status or ErrorCode node.
    let result: HResult?

    /// Makes a failure.
    init(_ status: StatusCode, _ reason: String, result: HResult? = nil) {
        self.status = status
        self.reason = reason
        self.result = result
    }
}
