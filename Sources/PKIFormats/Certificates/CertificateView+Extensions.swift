// SPDX-License-Identifier: Apache-2.0

// Each accessor is `nil` when the extension is absent or cannot be read; `extensions` tells the two apart.
extension CertificateView {
    /// The value of an extension of any known type.
    public func extensionValue<Value: CertificateExtensionValue>(_ type: Value.Type = Value.self) -> Value? {
        extensions.value(type)
    }

    /// Whether the subject is an authority.
    public var basicConstraints: BasicConstraints? { extensionValue() }
    /// What the key may do.
    public var keyUsage: KeyUsage? { extensionValue() }
    /// Purposes of the key.
    public var extendedKeyUsage: ExtendedKeyUsage? { extensionValue() }
    /// Further names of the subject.
    public var subjectAlternativeName: SubjectAlternativeName? { extensionValue() }
    /// Identifies the issuer's key.
    public var authorityKeyIdentifier: AuthorityKeyIdentifier? { extensionValue() }
    /// Identifies the subject's key.
    public var subjectKeyIdentifier: SubjectKeyIdentifier? { extensionValue() }
    /// Where the CRL is.
    public var crlDistributionPoints: CRLDistributionPoints? { extensionValue() }
    /// Where the delta CRL is.
    public var freshestCRL: FreshestCRL? { extensionValue() }
    /// Where the issuer's certificate and the OCSP responder are.
    public var authorityInformationAccess: AuthorityInformationAccess? { extensionValue() }
    /// Under which policies it was issued.
    public var certificatePolicies: CertificatePolicies? { extensionValue() }
    /// Which names it may certify.
    public var nameConstraints: NameConstraints? { extensionValue() }
    /// The Windows template, version 1.
    public var certificateTemplateName: CertificateTemplateName? { extensionValue() }
    /// The Windows template, version 2.
    public var certificateTemplate: CertificateTemplate? { extensionValue() }
    /// Purposes in the form of policies.
    public var applicationPolicies: ApplicationPolicies? { extensionValue() }
    /// The security identifier of the account.
    public var ntdsSecurity: NTDSSecurity? { extensionValue() }
    /// TLS extensions the subject promises.
    public var tlsFeature: TLSFeature? { extensionValue() }

    /// Whether the certificate says that its subject is an authority.
    public var isCertificateAuthority: Bool { basicConstraints?.isAuthority ?? false }

    /// Whether the certificate says that its revocation need not be checked.
    public var hasOCSPNoCheck: Bool { extensionValue(OCSPNoCheck.self) != nil }
}
