// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Runs the programs of libwbxml in a folder of their own, as an independent judge.
///
/// Debian's package is `libwbxml2-utils`.
final class Libwbxml {
    /// Whether the programs are there.
    ///
    /// Continuous integration always has them: without them tests fail there and do not skip.
    static let isInstalled =
        FileManager.default.isExecutableFile(atPath: "/usr/bin/xml2wbxml")
        || ProcessInfo.processInfo.environment["CI"] != nil
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("wbxml-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

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
        let output = folder.appendingPathComponent("out")
        try? FileManager.default.removeItem(at: output)
        try Data(input).write(to: folder.appendingPathComponent("in"))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/\(program)")
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return Array((try? Data(contentsOf: output)) ?? Data())
    }
}
