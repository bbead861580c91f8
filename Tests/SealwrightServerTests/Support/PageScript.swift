// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting

/// What a page of the documentation has people type, to be run in the order of the page.
enum PageScript {
    /// The code blocks of a page that name a language.
    static func blocks(of page: String, language: String = "sh") throws -> [String] {
        let text = String(decoding: try Repository.octets(page), as: UTF8.self)
        return text.components(separatedBy: "```\(language)\n").dropFirst().map { part in
            part.components(separatedBy: "\n```").first ?? ""
        }
    }

    /// Runs lines of a shell in a folder; `sealwright` is the program just built.
    static func run(
        _ script: String, in folder: String, environment: [String: String] = [:], within seconds: Double = 120
    ) async throws -> ForeignProgram.Result {
        let programs = URL(fileURLWithPath: Program.path).deletingLastPathComponent().path
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return try await ForeignProgram(
            "/bin/bash", ["-c", "set -eu\n" + script], in: URL(fileURLWithPath: folder),
            environment: environment.merging(["PATH": programs + ":" + path]) { $1 }
        ).result(within: seconds)
    }
}
