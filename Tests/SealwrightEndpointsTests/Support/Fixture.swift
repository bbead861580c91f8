// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Recorded inputs under `Tests/Fixtures`, whose README tells where each comes from.
enum Fixture {
    /// The octets of a file.
    static func read(_ path: String) throws -> [UInt8] {
        let folder = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return Array(try Data(contentsOf: folder.appending(path: "Fixtures/\(path)")))
    }
}
