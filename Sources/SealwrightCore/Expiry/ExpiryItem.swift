// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// A certificate on the radar.
package struct ExpiryItem: Sendable, Hashable, Codable {
    /// Why it is known.
    package enum Kind: String, Sendable, Codable, CaseIterable {
        /// Issued to a device or user.
        case issued
        /// An authority's.
        case authority
        /// The RA's or OCSP signer's.
        case service
        /// What the server shows to TLS clients.
        case server
        /// Watched for the administrator: somebody else's server or file.
        case watched
    }

    package let kind: Kind
    /// What people call it: a subject, an authority's short name, a watch's target.
    package let name: String
    /// SHA-256 of the certificate.
    package let fingerprint: [UInt8]
    package let notBefore: Timestamp
    package let notAfter: Timestamp
    /// Whether the server renews it by itself.
    package let renewsItself: Bool

    package init(
        kind: Kind, name: String, fingerprint: [UInt8], notBefore: Timestamp, notAfter: Timestamp,
        renewsItself: Bool = false
    ) {
        self.kind = kind
        self.name = name
        self.fingerprint = fingerprint
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.renewsItself = renewsItself
    }

    /// How near its end is.
    package func stage(at now: Timestamp) -> ExpiryStage {
        ExpiryStage(notBefore: notBefore, notAfter: notAfter, now: now)
    }
}
