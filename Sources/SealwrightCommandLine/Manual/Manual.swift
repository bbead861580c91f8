// SPDX-License-Identifier: Apache-2.0

package import ArgumentParser
import Foundation

/// A program's manual: a page for every command, made of what the parser knows.
package struct Manual {
    private let pages: [ManualPage]

    /// Describes a program.
    ///
    /// - Parameters:
    ///   - program: its root command.
    ///   - version: its name and version.
    ///   - files: files that it reads and writes, and what for.
    ///   - environment: variables that it reads, and what for.
    ///   - related: names of other programs' pages.
    /// - Throws: when the parser describes commands in another way than it did.
    package init(
        of program: any ParsableCommand.Type, version: String, files: [(path: String, meaning: String)],
        environment: [(name: String, meaning: String)], related: [String]
    ) throws {
        let facts = ManualPage.Program(version: version, files: files, environment: environment, related: related)
        pages = try CommandDescription.of(program).all.map { ManualPage($0, of: facts) }
    }

    /// Writes the pages into a folder, which is made when it is not there; pages of the same name give way.
    ///
    /// - Parameter folder: such as `/usr/local/share/man/man1`.
    /// - Returns: the names of the files.
    /// - Throws: ``CommandFailure`` with the reason when one cannot be written.
    func write(to folder: String) throws(CommandFailure) -> [String] {
        try Self.make(folder)
        return try pages.map { page throws(CommandFailure) in
            let name = page.name + ".1"
            do {
                try Data(page.text().utf8).write(to: URL(fileURLWithPath: folder + "/" + name), options: .atomic)
            } catch {
                throw Self.unwritable(folder, error.systemReason)
            }
            return name
        }
    }

    private static func make(_ folder: String) throws(CommandFailure) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            // Foundation keeps the reason to itself; the system tells it once more.
            guard mkdir(folder, 0o755) != 0 else { return }
            throw unwritable(folder, String(cString: strerror(errno)))
        }
    }

    private static func unwritable(_ folder: String, _ reason: String) -> CommandFailure {
        CommandFailure(
            .unavailable, code: "cli.cannot-write", "cannot write manual pages to \(folder): \(reason)",
            hint: "name a folder that this user may write to")
    }
}
