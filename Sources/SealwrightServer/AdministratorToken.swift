// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import SealwrightCore

/// The token in the data folder that lets this machine's command line in.
///
/// Whoever can read the file can read the keys beside it, so it grants nothing new.
enum AdministratorToken {
    static let name = "local administrator"

    /// Makes a token and its file unless a valid one is there; one that others could read is closed to them again.
    ///
    /// - Returns: whether others could read the token that is there.
    static func ensure(
        in folder: DataFolder, store: any TokenStore, clock: any SealwrightCore.Clock
    ) async throws -> Bool {
        if let text = read(folder), try await store.token(digest: AccessTokenText.digest(text)) != nil {
            return try closeToOthers(folder.adminToken)
        }
        let text = AccessTokenText.make()
        let token = AccessToken(
            id: .new(milliseconds: clock.milliseconds), name: name, digest: AccessTokenText.digest(text),
            createdAt: clock.now, expiresAt: nil)
        try await store.save(
            token,
            event: AuditEvent(
                action: "token.created", at: clock.now, actor: "system", object: token.id.rawValue,
                details: ["name": name]))
        try folder.write(text + "\n", to: folder.adminToken, isPrivate: true)
        return false
    }

    private static func closeToOthers(_ file: String) throws -> Bool {
        guard DataFolder.permissions(of: file) & 0o077 != 0 else { return false }
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        return true
    }

    /// The token in a folder, if there is one.
    static func read(_ folder: DataFolder) -> String? {
        (try? String(contentsOfFile: folder.adminToken, encoding: .utf8))?
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
