// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

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
        guard FileManager.default.fileExists(atPath: path) else { return AgentState() }
        let contents: Data
        do {
            contents = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw .file(path: path, reason: "it may not be read")
        }
        do {
            return try JSONDecoder().decode(AgentState.self, from: contents)
        } catch {
            throw .corrupt(path: path, reason: "not a state of this version")
        }
    }
}
