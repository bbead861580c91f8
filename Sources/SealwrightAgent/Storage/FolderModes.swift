// SPDX-License-Identifier: Apache-2.0

/// Looks through the agent's folder for modes that were loosened after the files were written.
///
/// Certificates, chains and bundles are for everybody to read; all else is for the agent's user alone; nothing is for
/// others to change. Names that the agent does not give are not looked at.
struct FolderModes {
    let files: any FileAccess

    /// A file or folder.
    struct File: Hashable {
        /// Its path; empty for the agent's folder.
        let path: String
        /// Whether only its owner may read it.
        let isPrivate: Bool
    }

    /// Those with which others may do more than they should, in the order of their paths.
    func looseFiles() -> [File] {
        let folders = folders()
        return (folders + folders.flatMap(files(in:))).filter { files.isLoose($0.path, isPrivate: $0.isPrivate) }
            .sorted { $0.path < $1.path }
    }

    private func folders() -> [File] {
        let scopes = ["device"] + names(in: "users").map { "users/" + $0 }
        let stores = scopes.flatMap { scope in
            [scope] + (StoreName.allCases.map(\.rawValue) + ["installed", "trust"]).map { scope + "/" + $0 }
        }
        let containers =
            ["", "/device", "/users"].map { KeyContainers.folder + $0 }
            + names(in: KeyContainers.folder + "/users").map { "\(KeyContainers.folder)/users/\($0)" }
        return (["", "users"] + stores + containers).map { File(path: $0, isPrivate: false) }
            + scopes.map { File(path: $0 + "/" + AgentFolder.pendingFolder, isPrivate: true) }
    }

    private func files(in folder: File) -> [File] {
        let prefix = folder.path.isEmpty ? "" : folder.path + "/"
        return names(in: folder.path).compactMap { name in
            if name.hasSuffix(".pem") { return File(path: prefix + name, isPrivate: false) }
            guard name.hasSuffix(".key") || name.hasSuffix(".json") || Self.own.contains(name) else { return nil }
            return File(path: prefix + name, isPrivate: true)
        }
    }

    /// What the agent's folder has beside its state.
    private static let own: Set<String> = [".lock", FileTransaction.journal]

    /// A folder that may not be looked into has nothing that can be told.
    private func names(in folder: String) -> [String] { (try? files.names(in: folder)) ?? [] }
}
