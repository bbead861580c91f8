// SPDX-License-Identifier: Apache-2.0

import SealwrightTesting

/// Recorded inputs under `Tests/Fixtures`, whose README tells where each comes from.
enum Fixture {
    /// The octets of a file.
    static func read(_ path: String) throws -> [UInt8] { try Repository.octets("Tests/Fixtures/\(path)") }
}
