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
        let grant = try profile.grant(wish, for: key)
        try issuer.nameConstraints?.check(subject: grant.subject, names: grant.names)
        let dates = profile.validity.dates(requested: wish.validity, now: now, issuer: issuer.validity)
        // The numbers are written anew, so that a request's sloppy encoding does not get into the certificate.
        let keyInfo = SubjectPublicKeyInfo(key)
        let certificate = TBSCertificate(
            serialNumber: serialNumber, signature: issuer.signatureAlgorithm, issuer: issuer.name,
            notBefore: dates.lowerBound, notAfter: dates.upperBound, subject: grant.subject,
            subjectPublicKeyInfo: keyInfo,
            extensions: fixedExtensions + extensions(grant, keyInfo, serialNumber))
        return IssuancePlan(
            authority: issuer.id, profile: profile.name, serialNumber: serialNumber, notBefore: dates.lowerBound,
            notAfter: dates.upperBound, subject: grant.subject, alternativeNames: grant.names,
            subjectPublicKeyInfo: keyInfo, signatureAlgorithm: issuer.signatureAlgorithm,
            tbsCertificate: certificate.derBytes, ignored: grant.ignored)
    }

    /// The extensions that depend on the request.
    private func extensions(
        _ grant: Grant, _ keyInfo: SubjectPublicKeyInfo, _ serialNumber: SerialNumber
    ) -> [CertificateExtension] {
        var extensions = [
            grant.usage.certificateExtension, SubjectKeyIdentifier(keyInfo.keyIdentifier).certificateExtension,
        ]
        if !grant.purposes.isEmpty {
            extensions.append(ExtendedKeyUsage(grant.purposes).certificateExtension)
            if profile.applicationPolicies {
                extensions.append(ApplicationPolicies(purposes: grant.purposes).certificateExtension)
            }
        }
        if !grant.names.isEmpty {
            let names = SubjectAlternativeName(grant.names)
            extensions.append(names.certificateExtension(isCritical: grant.subject.isEmpty))
        }
        if let points = profile.distributionPoints(issuer, serialNumber) { extensions.append(points) }
        return extensions + grant.copied
    }
}

/// What a profile grants of a wish.
private struct Grant {
    let subject: DistinguishedName
    let names: [GeneralName]
    let purposes: [OID]
    let usage: KeyUsage
    let copied: [CertificateExtension]
    /// The wishes it does not grant, by name.
    let ignored: [String]
}

extension CertificateProfile {
    /// The extensions that do not depend on the request.
    fileprivate func fixedExtensions(issuer: PlanIssuer) -> [CertificateExtension] {
        let constraints = authority.map { BasicConstraints.authority(pathLength: $0.pathLength) } ?? .endEntity
        var extensions = [
            constraints.certificateExtension,
            AuthorityKeyIdentifier(keyIdentifier: issuer.keyIdentifier).certificateExtension,
        ]
        if let publication = issuer.publication { extensions += accessExtensions(publication, issuer.id) }
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

    private func accessExtensions(_ publication: Publication, _ id: AuthorityID) -> [CertificateExtension] {
        let access = AuthorityInformationAccess(
            ocsp: pointers.ocsp ? [publication.ocspURL(id)] : [],
            caIssuers: pointers.issuer ? [publication.certificateURL(id)] : [])
        return access.descriptions.isEmpty ? [] : [access.certificateExtension]
    }

    /// Where the CRL is that will tell of the certificate with a serial number.
    fileprivate func distributionPoints(_ issuer: PlanIssuer, _ serialNumber: SerialNumber) -> CertificateExtension? {
        guard pointers.crl, let publication = issuer.publication else { return nil }
        let part = CRLPart(covering: serialNumber, of: issuer.crlPartitions)
        let url = part.map { publication.crlURL(issuer.id, part: $0) } ?? publication.crlURL(issuer.id)
        return CRLDistributionPoints(uris: [url]).certificateExtension
    }

    /// Holds every wish against its rule.
    fileprivate func grant(_ wish: RequestedCertificate, for key: PublicKey) throws(DenialReason) -> Grant {
        let names = try grantedNames(wish)
        let purposes = extendedKeyUsage.granted(wish.extendedKeyUsage)
        let refused =
            wish.extendedKeyUsage.filter { !extendedKeyUsage.allowed.contains($0) }
            + wish.otherExtensions.map(\.oid).filter { !copiedExtensions.contains($0) }
        return Grant(
            subject: try subject.granted(wish.subject, hasAlternativeNames: !names.names.isEmpty), names: names.names,
            purposes: purposes, usage: keyUsage.granted(wish.keyUsage, for: key, purposes: purposes),
            copied: wish.otherExtensions.filter { copiedExtensions.contains($0.oid) },
            ignored: names.ignored + refused.map(\.nameOrDotted))
    }

    /// The alternative names granted: those asked for, and the mail addresses of the subject.
    private func grantedNames(
        _ wish: RequestedCertificate
    ) throws(DenialReason) -> (names: [GeneralName], ignored: [String]) {
        let addresses = wish.subject.mailAddresses
        guard addresses.isEmpty || alternativeNames.allowed.contains(.email) else {
            throw .subjectNotAllowed("emailAddress must be an alternative name too, which this profile does not allow")
        }
        return try alternativeNames.granted(wish.alternativeNames + addresses.map { .rfc822Name($0) })
    }
}
