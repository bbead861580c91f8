// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// Certificates of a rare standing by their end; which staged successor a waiting request asked.
    static let sixth = Migration(
        version: 6,
        statements: [
            // Lists by end with a rare status walk it; what is in force, which is most, is not in it.
            "CREATE INDEX credential_by_standing_end ON credential (standing, not_after) WHERE standing > 0",
            "ALTER TABLE enrollment ADD COLUMN successor TEXT",
            "PRAGMA user_version = 6",
        ])
}
