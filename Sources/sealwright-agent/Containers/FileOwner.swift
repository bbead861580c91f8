// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import SealwrightAgent
import SealwrightCommandLine

/// The user that files with unlocked keys are for.
struct FileOwner {
    private let user: uid_t
    private let group: gid_t

    /// Finds the user of a scope.
    ///
    /// - Returns: `nil` for the device, and where this process is not root and its files are its user's anyway.
    /// - Throws: `CommandFailure` when the machine has no such user.
    init?(of scope: ManagementScope) throws(CommandFailure) {
        guard case .user(let name) = scope, geteuid() == 0 else { return nil }
        guard let entry = getpwnam(name) else {
            throw CommandFailure(
                .notFound, code: "cli.no-such-user", "this machine has no user '\(name)' to give the keys to",
                hint: "the user of a container is an account of this machine")
        }
        user = entry.pointee.pw_uid
        group = entry.pointee.pw_gid
    }

    /// Gives a file to the user.
    func take(_ path: String) throws(AgentError) {
        guard lchown(path, user, group) == 0 else {
            throw .file(path: path, reason: SystemFiles.reason(errno))
        }
    }
}
