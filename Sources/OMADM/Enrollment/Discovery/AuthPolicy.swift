// SPDX-License-Identifier: Apache-2.0

/// How a user shows who they are.
///
/// Source: MS-MDE2, section 3.1.4.1.3.3.
public struct AuthPolicy: RawRepresentable, Hashable, Sendable {
    /// The word on the wire.
    public let rawValue: String

    /// Takes any word; devices may offer more than are known here.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// User name and password in each request.
    public static let onPremise = AuthPolicy(rawValue: "OnPremise")
    /// A token that a web page returns after signing in.
    public static let federated = AuthPolicy(rawValue: "Federated")
    /// A certificate that a provisioning package brought; not served here.
    public static let certificate = AuthPolicy(rawValue: "Certificate")
}
