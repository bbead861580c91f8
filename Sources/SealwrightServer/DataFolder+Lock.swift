// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import SealwrightCore
import SealwrightStore

extension DataFolder {
    /// Takes the right to use the folder, which ends with the value or the process.
    ///
    /// - Throws: ``ServerError/folderInUse(path:processID:)``.
    func acquireLock() throws(ServerError) -> DataFolderLock {
        do {
            return try DataFolderLock(folder: path)
        } catch {
            if access(path, R_OK | X_OK) != 0, errno == EACCES { throw .unreadableFolder(path: path) }
            if access(path, W_OK) != 0 { throw .dataFolder(path: path, reason: SystemFiles.reason(errno)) }
            guard case .unavailable(let reason) = error, reason.contains("is in use by") else { throw .store(error) }
            throw .folderInUse(path: path, processID: holder ?? "unknown")
        }
    }

    /// The process that holds the lock or held it last, as the lock file tells.
    private var holder: String? {
        let text = (try? String(contentsOfFile: lock, encoding: .utf8)) ?? ""
        let digits = text.prefix { $0.isNumber }
        return digits.isEmpty ? nil : String(digits)
    }
}
