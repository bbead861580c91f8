// SPDX-License-Identifier: Apache-2.0

/// What became of the PFX of one UniqueID.
public struct PFXInstallation: Hashable, Sendable, Codable {
    /// The certificate that owns the private key; `nil` when nothing is installed.
    public var installed: StoreReference?
    /// The result of the last attempt.
    public var status: HResult
}
