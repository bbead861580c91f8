// SPDX-License-Identifier: Apache-2.0

import PKIFormats

// The profiles every installation has. Configuration may add others and change these.
extension CertificateProfile {
    /// The profiles that enrolment endpoints and the API issue from, by name.
    package static let builtIn: [String: CertificateProfile] = Dictionary(
        [device, server].map { ($0.name, $0) }
    ) { first, _ in first }

    /// A managed device or its user: authenticates as a client.
    ///
    /// The purposes that Windows' ClientCertificateInstall asks for are granted on request.
    package static let device = CertificateProfile(
        name: "device", validity: .days(365, maximum: 825),
        keyUsage: KeyUsageRule(
            default: [.digitalSignature, .keyEncipherment],
            allowed: [.digitalSignature, .nonRepudiation, .keyEncipherment, .dataEncipherment, .keyAgreement]),
        extendedKeyUsage: ExtendedKeyUsageRule(
            default: [.clientAuth],
            allowed: [
                .clientAuth, .microsoftDocumentSigning, .microsoftEncryptingFileSystem, .microsoftSmartcardLogon,
            ]),
        subject: SubjectRule(mayBeEmpty: true))

    /// A TLS server.
    ///
    /// Browsers and Apple's clients refuse longer lives.
    package static let server = CertificateProfile(
        name: "server", validity: .days(366),
        keyUsage: KeyUsageRule(default: [.digitalSignature, .keyEncipherment]),
        extendedKeyUsage: ExtendedKeyUsageRule(default: [.serverAuth], allowed: [.serverAuth, .clientAuth]),
        subject: SubjectRule(mayBeEmpty: true),
        alternativeNames: AlternativeNameRule(allowed: [.dns, .ip], isRequired: true, allowsWildcards: true))

    /// The RA that decrypts SCEP requests and signs the replies.
    ///
    /// RSA and both usages, because clients look for exactly these; some builds of Windows want serverAuth too.
    package static func scepRA(forWindows: Bool = false) -> CertificateProfile {
        CertificateProfile(
            name: "scep-ra", validity: .days(730), key: .rsaOnly,
            keyUsage: KeyUsageRule(default: [.digitalSignature, .keyEncipherment]),
            extendedKeyUsage: ExtendedKeyUsageRule(
                default: [.microsoftEnrollmentAgent] + (forWindows ? [.serverAuth] : [])),
            alternativeNames: .none)
    }

    /// The RA's second certificate, for clients that encrypt only to one that states keyEncipherment alone.
    ///
    /// NDES's counterpart is "CEP Encryption", with the same key usage and purpose.
    package static let scepRAEncryption = CertificateProfile(
        name: "scep-ra-encryption", validity: .days(730), key: .rsaOnly,
        keyUsage: KeyUsageRule(default: [.keyEncipherment]),
        extendedKeyUsage: ExtendedKeyUsageRule(default: [.microsoftEnrollmentAgent]), alternativeNames: .none)

    /// A delegated OCSP signer: short-lived, and itself not checked for revocation.
    ///
    /// Source: RFC 6960, section 4.2.2.2.1.
    package static let ocspSigner = CertificateProfile(
        name: "ocsp-signer", validity: .days(30), keyUsage: KeyUsageRule(default: [.digitalSignature]),
        extendedKeyUsage: ExtendedKeyUsageRule(default: [.ocspSigning]), alternativeNames: .none,
        pointers: PointerRule(crl: false, ocsp: false, issuer: true), ocspNoCheck: true)

    /// An issuing authority under our root.
    ///
    /// With `actsAsRA` its key also decrypts and signs SCEP messages, an opt-in.
    package static func issuingAuthority(actsAsRA: Bool = false) -> CertificateProfile {
        let usage: KeyUsage = [.digitalSignature, .keyCertSign, .cRLSign]
        return CertificateProfile(
            name: "issuing-ca", validity: .days(3653),
            keyUsage: KeyUsageRule(default: actsAsRA ? usage.union(.keyEncipherment) : usage),
            extendedKeyUsage: ExtendedKeyUsageRule(default: []), alternativeNames: .none,
            authority: AuthorityRule(pathLength: 0), pointers: PointerRule(ocsp: false))
    }

    /// A root authority: signed by itself and trusted by distribution, so it points nowhere.
    package static let root = CertificateProfile(
        name: "root", validity: .days(7305), keyUsage: KeyUsageRule(default: [.keyCertSign, .cRLSign]),
        extendedKeyUsage: ExtendedKeyUsageRule(default: []), alternativeNames: .none,
        authority: AuthorityRule(pathLength: nil), pointers: .none)
}
