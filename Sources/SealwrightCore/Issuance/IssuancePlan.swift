// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider
package import PKIFormats

/// A certificate before its signature: the exact octets that will be signed, and what they say.
package struct IssuancePlan: Sendable, Hashable {
    package let authority: AuthorityID
    package let profile: String
    package let serialNumber: SerialNumber
    package let notBefore: Timestamp
    package let notAfter: Timestamp
    package let subject: DistinguishedName
    package let alternativeNames: [GeneralName]
    package let subjectPublicKeyInfo: SubjectPublicKeyInfo
    package let signatureAlgorithm: SignatureAlgorithm
    /// TBSCertificate, DER.
    package let tbsCertificate: [UInt8]
    /// Wishes the profile did not grant, by name; for the audit trail.
    package let ignored: [String]

    /// What the store keeps of it.
    package var planned: PlannedCertificate {
        PlannedCertificate(
            authority: authority, serial: serialNumber, tbsCertificate: tbsCertificate, notBefore: notBefore,
            notAfter: notAfter)
    }
}

extension IssuancePlan {
    /// Reads a stored plan back, as it was made for an issuer.
    ///
    /// - Throws: ``DenialReason/lintFailed(_:)`` when the octets are no certificate.
    init(_ planned: PlannedCertificate, profile: String, issuer: PlanIssuer) throws(DenialReason) {
        let view = try CertificateView(planned: planned.tbsCertificate, algorithm: issuer.signatureAlgorithm)
        self.init(
            authority: planned.authority, profile: profile, serialNumber: planned.serial, notBefore: planned.notBefore,
            notAfter: planned.notAfter, subject: view.subject,
            alternativeNames: view.subjectAlternativeName?.names ?? [],
            subjectPublicKeyInfo: view.subjectPublicKeyInfo, signatureAlgorithm: issuer.signatureAlgorithm,
            tbsCertificate: planned.tbsCertificate, ignored: [])
    }
}

extension CertificateView {
    /// Reads planned octets: a certificate with an empty signature around them, so that one reader serves for all.
    ///
    /// - Throws: ``DenialReason/lintFailed(_:)``.
    init(planned tbsCertificate: [UInt8], algorithm: SignatureAlgorithm) throws(DenialReason) {
        do {
            try self.init(parsing: TBSCertificate.certificate(tbs: tbsCertificate, signature: [], algorithm: algorithm))
        } catch {
            throw .lintFailed(["the planned octets are no certificate: \(error)"])
        }
    }
}

/// Who signs a plan: the facts about an authority that go into certificates under it.
package struct PlanIssuer: Sendable {
    package let id: AuthorityID
    package let name: DistinguishedName
    /// Names the issuer's key in AuthorityKeyIdentifier.
    package let keyIdentifier: [UInt8]
    /// The issuer's own validity, which no certificate outlives; `nil` for a root that signs itself.
    package let validity: ClosedRange<Timestamp>?
    /// How many authorities may follow below the issuer; `nil` without limit.
    package let pathLength: Int?
    /// The names the issuer may certify; `nil` for any.
    package let nameConstraints: IssuerConstraints?
    package let publicKey: PublicKey
    package let signatureAlgorithm: SignatureAlgorithm
    /// Where the issuer's CRL, OCSP responder and certificate are fetched.
    package let publication: Publication?
    /// How many parts the issuer's CRL has; with fewer than 2 it is one.
    package var crlPartitions = 0

    /// Describes an authority that can sign now.
    ///
    /// - Throws: ``DenialReason/authorityUnavailable(_:reason:)`` when its key is not here or its certificate unusable.
    package init(_ context: AuthorityContext, publication: Publication?) throws(DenialReason) {
        guard let key = context.key else {
            throw .authorityUnavailable(context.id, reason: "its key is not on this machine")
        }
        let certificate = context.certificate
        guard let notBefore = certificate.notBefore, let notAfter = certificate.notAfter, notBefore <= notAfter else {
            throw .authorityUnavailable(context.id, reason: "its certificate has no readable validity")
        }
        self.id = context.id
        self.name = certificate.subject
        self.keyIdentifier = certificate.keyIdentifier
        self.validity = notBefore...notAfter
        self.pathLength = certificate.basicConstraints?.pathLength
        self.nameConstraints = certificate.nameConstraints.map { IssuerConstraints($0) }
        self.publicKey = key.publicKey
        self.signatureAlgorithm = key.defaultSignatureAlgorithm
        self.publication = publication
    }

    private init(id: AuthorityID, name: DistinguishedName, key: any PrivateKey) {
        self.id = id
        self.name = name
        self.keyIdentifier = SubjectPublicKeyInfo(key.publicKey).keyIdentifier
        self.validity = nil
        self.pathLength = nil
        self.nameConstraints = nil
        self.publicKey = key.publicKey
        self.signatureAlgorithm = key.defaultSignatureAlgorithm
        self.publication = nil
    }

    /// Describes a root that signs its own certificate.
    package static func selfSigned(id: AuthorityID, name: DistinguishedName, key: any PrivateKey) -> PlanIssuer {
        PlanIssuer(id: id, name: name, key: key)
    }
}
