// SPDX-License-Identifier: Apache-2.0

/// How names of users are compared: without regard to case and surplus spaces, as people type them.
package enum UserName {
    /// The form in which two names are the same.
    package static func comparable(_ name: String) -> String {
        name.split(separator: " ").joined(separator: " ").lowercased()
    }
}
