// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// A certificate of a query, with the signatures that were looked at.
///
/// A class so that every signature verified is shared by all paths that use the certificate. It lives as long as one
/// query and never leaves its thread; what was read of the certificate lives as long as the certificate.
final class CertificateFacts {
    let certificate: CertificateView
    private let readings: ExtensionReadings
    /// Keys whose signature on this certificate was looked at.
    ///
    /// A list, because hashing a key costs more than comparing it with the few there are.
    private var signatures: [(key: SubjectPublicKeyInfo, verdict: SignatureVerdict)] = []

    init(_ certificate: CertificateView) {
        self.certificate = certificate
        self.readings = certificate.derived { ExtensionReadings(certificate) }
    }

    var extensions: [CertificateExtension] { certificate.extensions }
    var subject: DistinguishedName { certificate.subject }
    var issuer: DistinguishedName { certificate.issuer }
    var subjectPublicKeyInfo: SubjectPublicKeyInfo { certificate.subjectPublicKeyInfo }

    var basicConstraints: ExtensionReading<BasicConstraints> { readings.basicConstraints }
    var keyUsage: ExtensionReading<KeyUsage> { readings.keyUsage }
    var extendedKeyUsage: ExtensionReading<ExtendedKeyUsage> { readings.extendedKeyUsage }
    var nameConstraints: ExtensionReading<NameConstraints> { readings.nameConstraints }
    var policies: ExtensionReading<CertificatePolicies> { readings.policies }
    var policyMappings: ExtensionReading<PolicyMappings> { readings.policyMappings }
    var policyConstraints: ExtensionReading<PolicyConstraints> { readings.policyConstraints }
    var inhibitAnyPolicy: ExtensionReading<InhibitAnyPolicy> { readings.inhibitAnyPolicy }
    var subjectAlternativeName: ExtensionReading<SubjectAlternativeName> { readings.subjectAlternativeName }
    var distributionPoints: ExtensionReading<CRLDistributionPoints> { readings.distributionPoints }
    /// The extensions that decide about the path and cannot be read.
    var unreadableExtensions: [OID] { readings.unreadable }
    /// The critical extensions that are unknown here.
    var unknownCriticalExtensions: [OID] { readings.unknownCritical }
    var isSelfIssued: Bool { readings.isSelfIssued }

    // Compared again and again while paths are searched for.
    private(set) lazy var comparedSubject = ComparedName(subject)
    private(set) lazy var comparedIssuer = ComparedName(issuer)

    // These two decide about nothing but the order in which paths are tried.
    private(set) lazy var authorityKeyIdentifier = ExtensionReading<AuthorityKeyIdentifier>(in: extensions)
    private(set) lazy var subjectKeyIdentifier = ExtensionReading<SubjectKeyIdentifier>(in: extensions)

    var isAuthority: Bool { readings.basicConstraints.value?.isAuthority ?? false }

    func verdict(of key: SubjectPublicKeyInfo) -> SignatureVerdict? {
        signatures.first { $0.key == key }?.verdict
    }

    func remember(_ verdict: SignatureVerdict, of key: SubjectPublicKeyInfo) {
        signatures.append((key, verdict))
    }
}

/// What became of one signature.
enum SignatureVerdict: Hashable {
    case valid
    case invalid
    /// The algorithm or the key is none this library calculates with.
    case unsupported
    /// The budget was spent before.
    case notAffordable
}
