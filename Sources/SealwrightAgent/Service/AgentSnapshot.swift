// SPDX-License-Identifier: Apache-2.0

/// The state of an agent as its folder has it, without opening the folder.
///
/// For looking only: another process may hold the folder and change it meanwhile.
public enum AgentSnapshot {
    /// Reads the state; an empty one when there is no folder, or nothing in it.
    ///
    /// - Parameter folder: the folder of the agent.
    /// - Returns: the state that was written last.
    /// - Throws: ``AgentError/file(path:reason:)`` when the folder may not be read,
    ///   ``AgentError/corrupt(path:reason:)``.
    public static func read(_ folder: String) throws(AgentError) -> AgentState {
        let path = folder + "/" + AgentStore.stateFile
        let contents: [UInt8]?
        do throws(AgentError) {
            contents = try FolderFiles(looking: folder).contents(AgentStore.stateFile)
        } catch {
            if case .file(_, let reason) = error { throw .file(path: path, reason: reason) }
            throw error
        }
        return try contents.map { (contents) throws(AgentError) in try AgentState(reading: contents, from: path) }
            ?? AgentState()
    }

    /// Paths of files and folders whose mode somebody has loosened, so that others could read private keys or change
    /// what is trusted.
    ///
    /// The agent puts them back at its start and before each session.
    ///
    /// - Parameter folder: the folder of the agent.
    /// - Returns: the paths, sorted.
    public static func looseFiles(_ folder: String) -> [String] {
        FolderModes(files: FolderFiles(looking: folder)).looseFiles().map { file in
            file.path.isEmpty ? folder : folder + "/" + file.path
        }
    }
}
