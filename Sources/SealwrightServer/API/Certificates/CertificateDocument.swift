// SPDX-License-Identifier: Apache-2.0

package import PKIFormats
package import SealwrightCore

/// A certificate as the API tells it.
package struct CertificateDocument: Codable, Sendable {
    package let serial: String
    package let subject: String
    package let status: String
    package let notBefore: String
    package let notAfter: String
    package let issuedVia: String
    package let issuedAt: String
    package let authority: String
    package let profile: String
    package let owner: String
    /// SHA-256 of the certificate, hexadecimal.
    package let fingerprint: String
    package let device: String?
    package let enrollment: String?
    package let challenge: String?
    package let approver: String?
    package let renewedFrom: String?
    package let renewedTo: String?
    package let revocation: RevocationDocument?
    /// In the answer about one certificate, and in lists that were asked for it.
    package let pem: String?
    /// The alternative names, such as `DNS:host.example`; where `pem` is.
    package let subjectAlternativeNames: [String]?
    /// The same, under the name that answers had for them at first.
    package let alternativeNames: [String]?

    /// Describes a credential at a moment.
    package init(_ credential: Credential, at now: Timestamp, withPEM: Bool = false) {
        serial = credential.serial.hex
        subject = credential.subject
        status = credential.status(at: now).rawValue
        notBefore = credential.notBefore.iso8601
        notAfter = credential.notAfter.iso8601
        issuedVia = credential.issuedVia
        issuedAt = credential.issuedAt.iso8601
        authority = credential.authority.rawValue
        profile = credential.profile
        owner = credential.owner.rawValue
        fingerprint = Hex.encode(credential.fingerprint)
        device = credential.device?.rawValue
        enrollment = credential.enrollment?.rawValue
        challenge = credential.challenge?.rawValue
        approver = credential.approver
        renewedFrom = credential.renewedFrom?.rawValue
        renewedTo = credential.renewedTo?.rawValue
        revocation = credential.revocation.map { RevocationDocument($0) }
        pem = withPEM ? PEM.encode(credential.certificate, label: "CERTIFICATE") : nil
        subjectAlternativeNames = withPEM ? credential.alternativeNames?.map(\.text) : nil
        alternativeNames = subjectAlternativeNames
    }
}

/// When and why a certificate was revoked.
package struct RevocationDocument: Codable, Sendable {
    package let at: String
    package let reason: String
    package let invalidityDate: String?

    init(_ revocation: Revocation) {
        at = revocation.at.iso8601
        reason = revocation.reason.name
        invalidityDate = revocation.invalidityDate?.iso8601
    }
}

extension Credential {
    /// The names beside the subject, `nil` when there are none.
    var alternativeNames: [GeneralName]? {
        (try? CertificateView(parsing: certificate))?.subjectAlternativeName?.names
    }
}
