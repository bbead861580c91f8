// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Whether a certificate may be renewed at an endpoint, and for which names.
///
/// A certificate opens only the endpoint it belongs to: same authority, same profile or issued there, never one of the
/// server's own.
///
/// Source: RFC 8894, sections 2.5, 3.3.1 and 4.3.
struct RenewalRules {
    let policy: EnrollmentPolicy

    /// Holds a credential, whose certificate is given as a value too, against the policy.
    ///
    /// A renewal that an administrator ordered needs no open window.
    ///
    /// - Throws: the ``DenialReason``; a revocation before everything else.
    func check(
        _ credential: Credential, _ certificate: CertificateView, asking subject: DistinguishedName, via: String,
        isOrdered: Bool = false, now: Timestamp
    ) throws(DenialReason) {
        if let revocation = credential.revocation { throw .signerRevoked(revocation.reason) }
        guard credential.owner == .device else { throw .signerNotForEndpoint("it is the server's own") }
        let authorities = [policy.authority] + policy.renewalAuthorities
        guard authorities.contains(credential.authority) else {
            throw .signerNotForEndpoint("it was issued by the authority \(credential.authority)")
        }
        // A challenge may have bought another profile here; it is renewed under that one.
        guard credential.profile == policy.profile || credential.issuedVia == via else {
            throw .signerNotForEndpoint("it was issued under the profile \(credential.profile)")
        }
        guard now <= credential.notAfter.adding(seconds: policy.expiredGrace) else {
            throw .signerExpired(at: credential.notAfter)
        }
        let opening = policy.renewalWindow.opening(notBefore: credential.notBefore, notAfter: credential.notAfter)
        guard isOrdered || now >= opening else { throw .renewalOutsideWindow(opensAt: opening) }
        guard !policy.renewalKeepsSubject || subject.matchesIgnoringOrder(certificate.subject) else {
            throw .renewalSubjectMismatch(requested: subject.rfc4514)
        }
    }

    /// What the renewed certificate is asked to say: names only of those the old one has, all of those when the
    /// request names none.
    ///
    /// Otherwise every device could take any host's name by renewing.
    ///
    /// - Throws: ``DenialReason/renewalSubjectMismatch(requested:)``.
    func continuation(
        of certificate: CertificateView, asking wish: RequestedCertificate, under profile: CertificateProfile
    ) throws(DenialReason) -> RequestedCertificate {
        guard policy.renewalKeepsSubject else { return wish }
        let held = certificate.subjectAlternativeName?.names ?? []
        let heldTexts = Set(held.map { $0.text.lowercased() })
        let asked = wish.alternativeNames.filter { profile.alternativeNames.allowed.contains($0.kind) }
        for name in asked where !held.contains(name) && !heldTexts.contains(name.text.lowercased()) {
            throw .renewalSubjectMismatch(requested: name.text)
        }
        var continued = wish
        if asked.isEmpty { continued.alternativeNames += held }
        return continued
    }
}
