// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// What was ordered is a specification: a profile is an issuing authority's.
    static let fifth = Migration(
        version: 5,
        statements: [
            "ALTER TABLE certificate_installation RENAME COLUMN profile TO specification",
            "PRAGMA user_version = 5",
        ])
}
