// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting

/// Runs the programs of libwbxml in a folder of their own, as an independent judge.
///
/// Debian's package is `libwbxml2-utils`.
final class Libwbxml {
    /// Whether to run tests that need the programs.
    static let isInstalled = ForeignProgram.areExpected("xml2wbxml", "wbxml2xml")
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// What `xml2wbxml` makes of a document; version as `1.2`.
    func wbxml(of xml: [UInt8], version: String, options: [String] = ["-n"]) throws -> [UInt8] {
        try run("xml2wbxml", options + ["-v", version, "-o", "out", "in"], on: xml)
    }

    /// What `wbxml2xml` makes of a document, without the DOCTYPE it puts in front.
    func xml(of wbxml: [UInt8]) throws -> [UInt8] {
        let text = String(decoding: try run("wbxml2xml", ["-m", "0", "-o", "out", "in"], on: wbxml), as: UTF8.self)
        return Array(text.replacing(/<!DOCTYPE [^>]*>/, with: "").utf8)
    }

    /// The output of a program; empty when it failed.
    private func run(_ program: String, _ arguments: [String], on input: [UInt8]) throws -> [UInt8] {
        try? FileManager.default.removeItem(atPath: folder.path("out"))
        try folder.write(input, "in")
        _ = try ForeignProgram.run(program, arguments, in: folder.url)
        return (try? folder.read("out")) ?? []
    }
}
