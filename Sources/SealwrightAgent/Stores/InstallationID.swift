// SPDX-License-Identifier: Apache-2.0

import OMADM

/// One certificate installation: a UniqueID under PFXCertInstall or SCEP.
///
/// Source: Microsoft, ClientCertificateInstall CSP, "UniqueID".
public struct InstallationID: Hashable, Sendable, Codable {
    /// What kind of installation it is.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// PFXCertInstall.
        case pfx = "PFXCertInstall"
        /// SCEP.
        case scep = "SCEP"
    }

    /// Whose certificate it is.
    public let scope: ManagementScope
    /// PFX or SCEP.
    public let kind: Kind
    /// The UniqueID, ASCII letters in lower case, since LocURIs are compared so.
    public let uniqueID: String

    /// Names an installation.
    public init(scope: ManagementScope, kind: Kind, uniqueID: String) {
        self.scope = scope
        self.kind = kind
        self.uniqueID = LocURIText.fold(uniqueID)
    }
}
