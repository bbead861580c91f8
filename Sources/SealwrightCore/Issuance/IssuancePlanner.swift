// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
package import PKIFormats

/// Makes plans of one profile under one authority.
///
/// The extensions that are the same in each of these certificates are encoded once, when the planner is made.
package struct IssuancePlanner: Sendable {
    package let profile: CertificateProfile
    package let issuer: PlanIssuer
    /// BasicConstraints, AuthorityKeyIdentifier, pointers and whatever else the profile fixes.
    private let fixedExtensions: [CertificateExtension]

    package init(profile: CertificateProfile, issuer: PlanIssuer) {
        self.profile = profile
        self.issuer = issuer
        self.fixedExtensions = profile.fixedExtensions(issuer: issuer)
    }

    /// Applies the profile to a wish.
    ///
    /// - Parameters:
    ///   - wish: what is asked for.
    ///   - keyRule: the profile's rule unless the endpoint has its own.
    ///   - serialNumber: a fresh one; another is needed only when it turns out to be taken.
    ///   - now: the moment of issuance.
    /// - Returns: the plan, not linted yet.
    /// - Throws: the ``DenialReason`` for what the profile refuses.
    package func plan(
        _ wish: RequestedCertificate, keyRule: KeyRule? = nil, serialNumber: SerialNumber = .random(), now: Timestamp
    ) throws(DenialReason) -> IssuancePlan {
        if let validity = issuer.validity, !validity.contains(now) {
            throw .authorityUnavailable(issuer.id, reason: "its certificate is not valid now")
        }
        let key = try (keyRule ?? profile.key).check(wish.subjectPublicKeyInfo)
        let names = try profile.grantedNames(wish)
        let subject = try profile.subject.granted(wish.subject, hasAlternativeNames: !names.names.isEmpty)
        let purposes = profile.extendedKeyUsage.granted(wish.extendedKeyUsage)
        let usage = profile.keyUsage.granted(wish.keyUsage, for: key, purposes: purposes)
        let dates = profile.validity.dates(requested: wish.validity, now: now, issuer: issuer.validity)

        // The numbers are written anew, so that a request's sloppy encoding does not get into the certificate.
        let keyInfo = SubjectPublicKeyInfo(key)
        var extensions = fixedExtensions
        extensions.append(usage.certificateExtension)
        if !purposes.isEmpty { extensions.append(ExtendedKeyUsage(purposes).certificateExtension) }
        if !names.names.isEmpty {
            let value = SubjectAlternativeName(names.names)
            extensions.append(value.certificateExtension(isCritical: subject.isEmpty))
        }
        extensions.append(SubjectKeyIdentifier(keyInfo.keyIdentifier).certificateExtension)
        if profile.applicationPolicies, !purposes.isEmpty {
            extensions.append(ApplicationPolicies(purposes: purposes).certificateExtension)
        }
        let copied = wish.otherExtensions.filter { profile.copiedExtensions.contains($0.oid) }
        extensions += copied

        let certificate = TBSCertificate(
            serialNumber: serialNumber, signature: issuer.signatureAlgorithm, issuer: issuer.name,
            notBefore: dates.lowerBound, notAfter: dates.upperBound, subject: subject,
            subjectPublicKeyInfo: keyInfo, extensions: extensions)
        return IssuancePlan(
            authority: issuer.id, profile: profile.name, serialNumber: serialNumber, notBefore: dates.lowerBound,
            notAfter: dates.upperBound, subject: subject, alternativeNames: names.names,
            subjectPublicKeyInfo: keyInfo, signatureAlgorithm: issuer.signatureAlgorithm,
            tbsCertificate: certificate.derBytes,
            ignored: names.ignored + profile.ignored(in: wish))
    }
}

extension CertificateProfile {
    /// The extensions that do not depend on the request.
    fileprivate func fixedExtensions(issuer: PlanIssuer) -> [CertificateExtension] {
        let constraints = authority.map { BasicConstraints.authority(pathLength: $0.pathLength) } ?? .endEntity
        var extensions = [
            constraints.certificateExtension,
            AuthorityKeyIdentifier(keyIdentifier: issuer.keyIdentifier).certificateExtension,
        ]
        if let publication = issuer.publication { extensions += pointerExtensions(publication, issuer.id) }
        if !policies.isEmpty {
            extensions.append(CertificatePolicies(policies.map { PolicyInformation(id: $0) }).certificateExtension)
        }
        if mustStaple { extensions.append(TLSFeature.mustStaple.certificateExtension) }
        if ocspNoCheck { extensions.append(OCSPNoCheck().certificateExtension) }
        switch template {
        case .name(let name): extensions.append(CertificateTemplateName(name).certificateExtension)
        case .identifier(let oid, let major, let minor):
            extensions.append(
                CertificateTemplate(templateID: oid, majorVersion: major, minorVersion: minor).certificateExtension)
        case nil: break
        }
        return extensions
    }

    private func pointerExtensions(_ publication: Publication, _ id: AuthorityID) -> [CertificateExtension] {
        var extensions: [CertificateExtension] = []
        if pointers.crl {
            extensions.append(CRLDistributionPoints(uris: [publication.crlURL(id)]).certificateExtension)
        }
        let access = AuthorityInformationAccess(
            ocsp: pointers.ocsp ? [publication.ocspURL(id)] : [],
            caIssuers: pointers.issuer ? [publication.certificateURL(id)] : [])
        if pointers.ocsp || pointers.issuer { extensions.append(access.certificateExtension) }
        return extensions
    }

    /// The alternative names granted: those asked for, and the mail addresses of the subject.
    fileprivate func grantedNames(
        _ wish: RequestedCertificate
    ) throws(DenialReason) -> (names: [GeneralName], ignored: [String]) {
        let addresses = wish.subject.mailAddresses
        guard addresses.isEmpty || alternativeNames.allowed.contains(.email) else {
            throw .subjectNotAllowed("emailAddress must be an alternative name too, which this profile does not allow")
        }
        return try alternativeNames.granted(wish.alternativeNames + addresses.map { .rfc822Name($0) })
    }

    /// Wishes for purposes and extensions that are not granted.
    fileprivate func ignored(in wish: RequestedCertificate) -> [String] {
        let purposes = wish.extendedKeyUsage.filter { !extendedKeyUsage.allowed.contains($0) }
        let extensions = wish.otherExtensions.map(\.oid).filter { !copiedExtensions.contains($0) }
        return (purposes + extensions).map(\.nameOrDotted)
    }
}
