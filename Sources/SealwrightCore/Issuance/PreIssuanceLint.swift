// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// A plan that passed every check.
///
/// Only ``PreIssuanceLint`` makes one, and only this can be signed.
package struct LintedPlan: Sendable, Hashable {
    package let plan: IssuancePlan

    fileprivate init(plan: IssuancePlan) { self.plan = plan }
}

/// The last look at a certificate before it is signed.
///
/// It reads the planned octets back as any relying party would and holds what it finds against the standard, the
/// profile and the issuer. Whatever it finds is a fault of ours, so it never lets one pass.
///
/// Source: RFC 5280, sections 4.1 and 4.2.
package struct PreIssuanceLint {
    private let plan: IssuancePlan
    private let profile: CertificateProfile
    private let issuer: PlanIssuer
    private let certificate: CertificateView

    /// Checks a plan made under a profile for an issuer.
    ///
    /// - Throws: ``DenialReason/lintFailed(_:)`` with every finding.
    package static func check(
        _ plan: IssuancePlan, profile: CertificateProfile, issuer: PlanIssuer
    ) throws(DenialReason) -> LintedPlan {
        let certificate = try CertificateView(planned: plan.tbsCertificate, algorithm: plan.signatureAlgorithm)
        var findings = Findings()
        let lint = PreIssuanceLint(plan: plan, profile: profile, issuer: issuer, certificate: certificate)
        lint.checkAll(&findings)
        guard findings.found.isEmpty else { throw .lintFailed(findings.found) }
        return LintedPlan(plan: plan)
    }

    private init(plan: IssuancePlan, profile: CertificateProfile, issuer: PlanIssuer, certificate: CertificateView) {
        self.plan = plan
        self.profile = profile
        self.issuer = issuer
        self.certificate = certificate
    }

    private func checkAll(_ findings: inout Findings) {
        findings.found += certificate.findings
        checkFields(&findings)
        checkSerialNumber(&findings)
        checkValidity(&findings)
        checkConstraints(&findings)
        checkUsages(&findings)
        checkNames(&findings)
        checkKeys(&findings)
    }

    // MARK: - Checks

    private func checkFields(_ findings: inout Findings) {
        findings.require(certificate.version == 3, "the version is \(certificate.version)")
        findings.require(
            certificate.tbsCertificate == plan.tbsCertificate[...], "the octets change when read back")
        findings.require(certificate.issuer == issuer.name, "the issuer is not the authority's name")
        findings.require(certificate.subject == plan.subject, "the subject is not the planned one")
        let algorithm = certificate.signedSignatureAlgorithm.signatureAlgorithm
        findings.require(algorithm == issuer.signatureAlgorithm, "the signature algorithm is not the authority's")
        findings.require(algorithm?.digest?.isLegacy != true, "the signature algorithm is a legacy one")
        let identifiers = certificate.extensions.map(\.oid)
        findings.require(Set(identifiers).count == identifiers.count, "an extension occurs twice")
    }

    private func checkSerialNumber(_ findings: inout Findings) {
        let octets = certificate.serialNumber.octets
        findings.require(certificate.serialNumber == plan.serialNumber, "the serial number is not the planned one")
        findings.require((8...20).contains(octets.count), "the serial number has \(octets.count) octets")
        findings.require(
            !certificate.serialNumber.isNegative && octets.contains { $0 != 0 }, "the serial number is not positive")
    }

    private func checkValidity(_ findings: inout Findings) {
        guard let notBefore = certificate.notBefore, let notAfter = certificate.notAfter else {
            return findings.add("the validity cannot be read")
        }
        findings.require(
            notBefore == plan.notBefore && notAfter == plan.notAfter, "the validity is not the planned one")
        findings.require(notBefore < notAfter, "the validity is empty")
        let life = notAfter.seconds(since: notBefore) + 1
        findings.require(
            life <= profile.validity.maximum, "the validity is over the profile's \(profile.validity.maximum) s")
        guard let validity = issuer.validity else { return }
        findings.require(
            validity.contains(notBefore) && validity.contains(notAfter), "the validity is outside its issuer's")
    }

    private func checkConstraints(_ findings: inout Findings) {
        guard let constraints = certificate.basicConstraints else {
            return findings.add("basicConstraints is missing")
        }
        let usage = certificate.keyUsage ?? []
        findings.require(constraints.isAuthority == (profile.authority != nil), "cA is not what the profile says")
        findings.require(usage.contains(.keyCertSign) == constraints.isAuthority, "keyCertSign and cA do not agree")
        findings.require(constraints.isAuthority || !usage.contains(.cRLSign), "cRLSign without cA")
        guard constraints.isAuthority else { return }
        findings.require(
            certificate.extensions.first(.basicConstraints)?.isCritical == true, "basicConstraints is not critical")
        guard let above = issuer.pathLength else { return }
        findings.require(
            constraints.pathLength.map { $0 < above } ?? false, "the issuer's path length allows no such authority")
    }

    private func checkUsages(_ findings: inout Findings) {
        guard let usage = certificate.keyUsage, !usage.isEmpty else { return findings.add("keyUsage is missing") }
        findings.require(certificate.extensions.first(.keyUsage)?.isCritical == true, "keyUsage is not critical")
        if let key = certificate.publicKey {
            let surplus = usage.subtracting(.possible(for: key)).names
            findings.require(surplus.isEmpty, "\(key.keyDescription) cannot do \(surplus.joined(separator: ", "))")
        }
        let purposes = certificate.extendedKeyUsage?.purposes ?? []
        let known = profile.extendedKeyUsage.allowed + profile.extendedKeyUsage.default
        for purpose in purposes {
            findings.require(known.contains(purpose), "the profile does not allow \(purpose.nameOrDotted)")
            findings.require(purpose != .anyExtendedKeyUsage, "anyExtendedKeyUsage is never issued")
            findings.require(usage.serves(purpose), "keyUsage does not serve \(purpose.nameOrDotted)")
        }
        let isResponder = purposes == [.ocspSigning]
        findings.require(!profile.ocspNoCheck || isResponder, "nocheck on a certificate that is no OCSP signer's")
    }

    private func checkNames(_ findings: inout Findings) {
        let subject = certificate.subject
        let names = certificate.subjectAlternativeName?.names ?? []
        findings.require(!subject.isEmpty || !names.isEmpty, "neither subject nor alternative name")
        findings.require(profile.authority == nil || !subject.isEmpty, "an authority without subject")
        if let encoded = certificate.extensions.first(.subjectAltName) {
            findings.require(!names.isEmpty, "subjectAltName is empty or cannot be read")
            findings.require(
                encoded.isCritical == subject.isEmpty, "subjectAltName is critical exactly with an empty subject")
        }
        for address in subject.mailAddresses {
            findings.require(names.contains(.rfc822Name(address)), "\(address) is no alternative name")
        }
        do {
            findings.require(
                try subject.reencodedForIssuance() == subject, "the subject's string types are not the standard's")
            _ = try profile.alternativeNames.granted(names)
            try issuer.nameConstraints?.check(subject: subject, names: names)
        } catch {
            findings.add("\(error)")
        }
    }

    private func checkKeys(_ findings: inout Findings) {
        let identifier = certificate.subjectKeyIdentifier?.keyIdentifier
        findings.require(
            identifier == certificate.subjectPublicKeyInfo.keyIdentifier, "subjectKeyIdentifier is not the key's")
        let authority = certificate.authorityKeyIdentifier?.keyIdentifier
        findings.require(authority == issuer.keyIdentifier, "authorityKeyIdentifier is not the issuer's")
        findings.require(
            certificate.subjectPublicKeyInfo == plan.subjectPublicKeyInfo, "the key is not the planned one")
        findings.require(certificate.publicKey != nil, "the key cannot be read")
    }
}

/// What the checks have found so far.
private struct Findings {
    var found: [String] = []

    mutating func add(_ finding: String) { found.append(finding) }

    mutating func require(_ condition: Bool, _ finding: @autoclosure () -> String) {
        if !condition { found.append(finding()) }
    }
}
