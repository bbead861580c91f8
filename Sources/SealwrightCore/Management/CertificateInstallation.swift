// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// Marks identifiers of certificate installations, `ci_…`.
package enum CertificateInstallationKind: IdentifierKind { package static let prefix = "ci" }

package typealias CertificateInstallationID = Identifier<CertificateInstallationKind>

/// A certificate that a device is to have, and how much of that is proved.
///
/// An answer of 200 to an order proves only that the device took the order. So each step has its own witness: the
/// management channel for ``deliveredAt``, the authority's own record for ``requestedAt`` and ``issuedAt``, and for
/// ``installedAt`` the device, whose thumbprint must be the one of the certificate that was issued.
///
/// There is one record for a name on a device; a renewal makes its next ``generation``.
/// ``CertificateInstallationTruth`` is what changes it.
package struct CertificateInstallation: Sendable, Hashable, Codable {
    /// How the certificate comes to the device.
    package enum Kind: String, Sendable, Codable, CaseIterable {
        /// The device makes the key and asks for the certificate itself.
        case scep
        /// Key and certificate are made here and delivered together.
        case pfx
    }

    package let id: CertificateInstallationID
    package let device: DeviceID
    package let scope: CommandScope
    package let kind: Kind
    /// The name of the certificate on the device, for ClientCertificateInstall the node below `SCEP` or
    /// `PFXCertInstall`.
    package let uniqueID: String
    /// What was ordered, as the protocol's endpoint writes it: from this the next generation is ordered.
    package var specification: String
    /// The subject that was ordered, for people, and for the generations to come.
    package var subject: String
    /// Counts from 1; each renewal adds one.
    package var generation: Int
    /// The challenge that was made for this generation, by which the authority's record is found.
    package var challenge: ChallengeID?
    package var orderedAt: Timestamp
    /// When the device took the order.
    package var deliveredAt: Timestamp?
    /// When the request reached the authority.
    package var requestedAt: Timestamp?
    /// When the authority issued.
    package var issuedAt: Timestamp?
    /// When the device first showed the certificate that was issued.
    package var installedAt: Timestamp?
    /// When the device, the authority or the channel said that this generation came to nothing, or that it is gone.
    package var failedAt: Timestamp?
    /// Whether ``failedAt`` is the end that somebody ordered, and no failure.
    package var isRemoved = false
    /// What the device told of the failure, an HRESULT.
    package var errorCode: Int32?
    /// Why it failed or does not fit, in one sentence.
    package var reason: String?
    /// The certificate of this generation.
    package var credential: CredentialID?
    /// SHA-1 of the certificate that was issued, 40 lower-case hexadecimal digits.
    package var issuedThumbprint: String?
    /// SHA-1 the device showed when it said "installed", the same form; empty when it showed none.
    package var thumbprint: String?
    /// The certificate the device has from an earlier generation until this one is installed.
    package var previousCredential: CredentialID?
    /// SHA-1 of that certificate.
    package var previousThumbprint: String?
    /// When the next generation is to be ordered; ``RenewalSpread`` decides.
    package var renewAt: Timestamp?

    /// A new order.
    package init(
        id: CertificateInstallationID, device: DeviceID, scope: CommandScope = .device, kind: Kind,
        uniqueID: String, specification: String, subject: String, challenge: ChallengeID? = nil, orderedAt: Timestamp
    ) {
        self.id = id
        self.device = device
        self.scope = scope
        self.kind = kind
        self.uniqueID = uniqueID
        self.specification = specification
        self.subject = subject
        self.generation = 1
        self.challenge = challenge
        self.orderedAt = orderedAt
    }
}
