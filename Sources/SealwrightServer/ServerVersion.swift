// SPDX-License-Identifier: Apache-2.0

/// The version of this program, told by `--version`, `/version` and backups.
package enum ServerVersion {
    /// Semantic version.
    package static let number = "0.1.0"
}
