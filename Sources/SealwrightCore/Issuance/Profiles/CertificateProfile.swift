// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// What certificates of one kind hold, and what a request may choose.
///
/// A request brings a key and wishes. Everything in the certificate comes from the profile or was granted by it;
/// what a profile does not name never gets in.
package struct CertificateProfile: Sendable, Hashable, Codable {
    package var name: String
    package var validity: ValidityRule
    package var key: KeyRule
    package var keyUsage: KeyUsageRule
    package var extendedKeyUsage: ExtendedKeyUsageRule
    package var subject: SubjectRule
    package var alternativeNames: AlternativeNameRule
    /// Makes a certification authority; `nil` for everybody else.
    package var authority: AuthorityRule?
    package var pointers: PointerRule
    /// Whether TLS servers must staple an OCSP response.
    package var mustStaple: Bool
    /// Whether relying parties need not check revocation: short-lived OCSP signers only.
    package var ocspNoCheck: Bool
    /// Policies the certificate was issued under.
    package var policies: [OID]
    /// Whether the extended key usages are told as Microsoft's application policies too.
    package var applicationPolicies: Bool
    package var template: MicrosoftTemplate?
    /// Extensions copied from the request as they are.
    ///
    /// An opt-in: a requester who may write Microsoft's SID extension can log on as anybody.
    package var copiedExtensions: [OID]

    package init(
        name: String, validity: ValidityRule, key: KeyRule = KeyRule(), keyUsage: KeyUsageRule,
        extendedKeyUsage: ExtendedKeyUsageRule, subject: SubjectRule = SubjectRule(),
        alternativeNames: AlternativeNameRule = AlternativeNameRule(), authority: AuthorityRule? = nil,
        pointers: PointerRule = PointerRule(), mustStaple: Bool = false, ocspNoCheck: Bool = false,
        policies: [OID] = [], applicationPolicies: Bool = false, template: MicrosoftTemplate? = nil,
        copiedExtensions: [OID] = []
    ) {
        self.name = name
        self.validity = validity
        self.key = key
        self.keyUsage = keyUsage
        self.extendedKeyUsage = extendedKeyUsage
        self.subject = subject
        self.alternativeNames = alternativeNames
        self.authority = authority
        self.pointers = pointers
        self.mustStaple = mustStaple
        self.ocspNoCheck = ocspNoCheck
        self.policies = policies
        self.applicationPolicies = applicationPolicies
        self.template = template
        self.copiedExtensions = copiedExtensions
    }
}

extension CertificateProfile {
    /// What makes a certificate one of an authority.
    package struct AuthorityRule: Sendable, Hashable, Codable {
        /// How many authorities may follow below; `nil` without limit.
        package var pathLength: Int?

        package init(pathLength: Int?) { self.pathLength = pathLength }
    }

    /// Which URLs the certificate carries.
    package struct PointerRule: Sendable, Hashable, Codable {
        /// The CRL, in CRLDistributionPoints.
        package var crl: Bool
        /// The OCSP responder, in AuthorityInformationAccess.
        package var ocsp: Bool
        /// The issuer's certificate, in AuthorityInformationAccess.
        package var issuer: Bool

        package init(crl: Bool = true, ocsp: Bool = true, issuer: Bool = true) {
            self.crl = crl
            self.ocsp = ocsp
            self.issuer = issuer
        }

        /// No URLs.
        package static let none = PointerRule(crl: false, ocsp: false, issuer: false)
    }

    /// The certificate template that Windows shows and enrols by.
    package enum MicrosoftTemplate: Sendable, Hashable, Codable {
        /// Version 1: a name.
        case name(String)
        /// Version 2: an identifier with major and minor version.
        case identifier(OID, major: Int, minor: Int?)
    }
}
