// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// A request that waits for a person keeps which staged successor it asked.
    static let sixth = Migration(
        version: 6,
        statements: [
            "ALTER TABLE enrollment ADD COLUMN successor TEXT",
            "PRAGMA user_version = 6",
        ])
}
