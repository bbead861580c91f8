// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats

/// Where the files of others are.
enum VectorFiles {
    /// The folder of the PyPI package `cryptography-vectors`, which `scripts/bootstrap` installs; `nil` without.
    static let cryptographyVectors: URL? = {
        var folder = URL(fileURLWithPath: #filePath)
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            let library = folder.appendingPathComponent(".build/tools/python/lib")
            for version in (try? FileManager.default.contentsOfDirectory(atPath: library.path)) ?? [] {
                let vectors = library.appendingPathComponent("\(version)/site-packages/cryptography_vectors")
                if FileManager.default.fileExists(atPath: vectors.path) { return vectors }
            }
        }
        return nil
    }()

    static let isCI = ProcessInfo.processInfo.environment["CI"] != nil

    /// Whether to run: in CI the vectors must be there.
    static var areVectorsExpected: Bool { cryptographyVectors != nil || isCI }

    static func cryptographyVector(_ name: String) throws -> [UInt8] {
        guard let folder = cryptographyVectors else { throw CocoaError(.fileNoSuchFile) }
        return Array(try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    /// A file of this repository, `Tests/Fixtures/pkcs12`.
    static func fixture(_ name: String) throws -> [UInt8] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Fixtures/pkcs12")
        let text = try Data(contentsOf: folder.appendingPathComponent(name))
        return try PEM.decode(Array(text)).first?.der ?? []
    }

    /// Whether a program is there; in CI it is taken to be.
    static func isExpected(_ program: String) -> Bool {
        isCI || FileManager.default.isExecutableFile(atPath: "/usr/bin/\(program)")
    }
}
