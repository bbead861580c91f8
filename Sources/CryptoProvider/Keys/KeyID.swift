// SPDX-License-Identifier: Apache-2.0

/// The name of a private key, such as `issuing-ca-1`.
public struct KeyID: RawRepresentable, Hashable, Sendable, Codable {
    /// The name as text.
    public let rawValue: String

    /// Makes a name; whether a ``KeyVault`` can hold a key of this name is checked there.
    public init(rawValue: String) { self.rawValue = rawValue }
}

extension KeyID: CustomStringConvertible {
    /// The name.
    public var description: String { rawValue }
}
