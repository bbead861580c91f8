// SPDX-License-Identifier: Apache-2.0

/// Whose tree of nodes is meant.
///
/// ```
/// ./Device/Vendor/MSFT/…   the machine
/// ./User/Vendor/MSFT/…     the user of the session, only while that user is logged in
/// ```
///
/// Source: Microsoft, "OMA DM protocol support", user targeted vs device targeted configuration.
public enum TreeScope: String, CaseIterable, Sendable {
    /// The machine.
    case device = "Device"
    /// The user of the session.
    case user = "User"

    /// The address of a node of Microsoft's.
    ///
    /// - Parameter path: what follows `Vendor/MSFT/`, its names percent-encoded already.
    /// - Returns: the address.
    func locURI(_ path: String) -> String { "./\(rawValue)/Vendor/MSFT/\(path)" }
}
