// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightAgent
import SealwrightCommandLine

extension AgentOptions {
    /// The containers, to be looked at.
    var lookingContainers: KeyContainers { KeyContainers(files: FolderFiles(looking: containerFolder)) }

    /// The containers, for this process alone.
    func lockedContainers() throws(ContainerError) -> KeyContainers {
        KeyContainers(files: try Self.lockedFolder(containerFolder))
    }

    /// Unlocked keys, for this process alone.
    ///
    /// - Parameter looksFirst: whether a folder that is not there is left so.
    /// - Returns: `nil` when it is not there.
    /// - Throws: `CommandFailure` on a machine without a folder for them.
    func lockedUnlockedKeys(ifThere looksFirst: Bool) throws -> UnlockedKeys? {
        guard let folder = runtimeFolder else {
            throw CommandFailure(
                .usage, code: "cli.usage", "there is no runtime folder: XDG_RUNTIME_DIR is not set",
                hint: "name a folder in memory with --runtime")
        }
        guard !looksFirst || FileManager.default.fileExists(atPath: folder) else { return nil }
        return UnlockedKeys(files: try Self.lockedFolder(folder))
    }

    private var containerFolder: String { folder + "/" + KeyContainers.folder }

    /// Other commands have the folder for a moment only: worth a wait of ten seconds.
    private static func lockedFolder(_ path: String) throws(ContainerError) -> FolderFiles {
        for _ in 0..<100 {
            do throws(AgentError) {
                return try FolderFiles(path: path)
            } catch {
                guard case .locked = error else { throw .folder(error) }
                usleep(100_000)
            }
        }
        throw .folder(.locked(path: path))
    }
}
