// SPDX-License-Identifier: Apache-2.0

extension FileAccess {
    /// Makes the folders a path needs that are not there, parents first.
    func makeFolders(above path: String) throws(AgentError) {
        var folder = ""
        for name in FileTransaction.folder(of: path).split(separator: "/") {
            let parent = folder
            folder += folder.isEmpty ? String(name) : "/" + String(name)
            guard !exists(folder) else { continue }
            try makeFolder(folder, isPrivate: false)
            try flush(parent)
        }
    }

    /// Gives a private file new contents: a crash leaves the old ones or the new ones.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - contents: what it is to hold.
    ///   - prepare: does something to the file, named by its path, before it gets its name.
    /// - Throws: ``AgentError``, from `prepare` too.
    func replace(
        _ path: String, with contents: [UInt8], prepare: (String) throws(AgentError) -> Void = { _ in }
    ) throws(AgentError) {
        let folder = FileTransaction.folder(of: path)
        let name = path.split(separator: "/").last ?? ""
        let temporary = (folder.isEmpty ? "" : folder + "/") + ".\(name).tmp"
        try write(contents, to: temporary, isPrivate: true)
        try prepare(temporary)
        try rename(temporary, to: path)
        try flush(folder)
    }
}
