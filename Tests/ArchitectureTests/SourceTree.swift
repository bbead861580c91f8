// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The Swift files of this repository, as text.
struct SourceTree {
    /// One file.
    struct File {
        /// Relative to the repository, `Sources/SCEP/CertRep.swift`.
        let path: String
        let lines: [Substring]

        /// The file's name with its extension.
        var name: String { path.split(separator: "/").last.map(String.init) ?? path }

        /// The folder directly under `Sources` or `Tests`.
        var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }

        /// The lines with their numbers, without comments; what a string literal says stays.
        var code: [(number: Int, text: Substring)] {
            lines.enumerated().compactMap { index, line in
                let text = line.firstRange(of: "//").map {
                    Self.isInString(line, $0.lowerBound) ? line : line[..<$0.lowerBound]
                }
                return (index + 1, text ?? line)
            }
        }

        /// Whether an odd number of quotes stands before, as in `"https://…"`.
        private static func isInString(_ line: Substring, _ index: Substring.Index) -> Bool {
            !line[..<index].count { $0 == "\"" }.isMultiple(of: 2)
        }
    }

    let root: URL
    /// Every file under `Sources` and `Tests`.
    let files: [File]

    init() throws {
        root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        var files: [File] = []
        for folder in ["Sources", "Tests"] {
            for path in try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path)
            where path.hasSuffix(".swift") {
                let text = try String(contentsOf: root.appending(path: "\(folder)/\(path)"), encoding: .utf8)
                files.append(
                    File(
                        path: "\(folder)/\(path)", lines: text.split(separator: "\n", omittingEmptySubsequences: false))
                )
            }
        }
        self.files = files.sorted { $0.path < $1.path }
    }

    /// Files under `Sources`.
    var sources: [File] { files.filter { $0.path.hasPrefix("Sources/") } }

    /// `path:line: text` for every line of code that holds one of the words.
    func findings(of words: [String], in files: [File]) -> [String] {
        files.flatMap { file in
            file.code.filter { line in words.contains { line.text.contains($0) } }
                .map { "\(file.path):\($0.number): \($0.text.trimmingCharacters(in: .whitespaces))" }
        }
    }
}
