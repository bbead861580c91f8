// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// A certificate with what path validation asks of it read once.
///
/// A class so that everything read, and every signature verified, is shared by all paths that use the certificate. It
/// lives as long as one query and never leaves its thread.
final class CertificateFacts {
    let certificate: CertificateView
    let extensions: [CertificateExtension]
    let subject: DistinguishedName
    let issuer: DistinguishedName
    let subjectPublicKeyInfo: SubjectPublicKeyInfo
    /// Keys whose signature on this certificate was looked at.
    ///
    /// A list, because hashing a key costs more than comparing it with the few there are.
    private var signatures: [(key: SubjectPublicKeyInfo, verdict: SignatureVerdict)] = []

    init(_ certificate: CertificateView) {
        self.certificate = certificate
        self.extensions = certificate.extensions
        self.subject = certificate.subject
        self.issuer = certificate.issuer
        self.subjectPublicKeyInfo = certificate.subjectPublicKeyInfo
    }

    private(set) lazy var basicConstraints = ExtensionReading<BasicConstraints>(in: extensions)
    private(set) lazy var keyUsage = ExtensionReading<KeyUsage>(in: extensions)
    private(set) lazy var extendedKeyUsage = ExtensionReading<ExtendedKeyUsage>(in: extensions)
    private(set) lazy var nameConstraints = ExtensionReading<NameConstraints>(in: extensions)
    private(set) lazy var policies = ExtensionReading<CertificatePolicies>(in: extensions)
    private(set) lazy var policyMappings = ExtensionReading<PolicyMappings>(in: extensions)
    private(set) lazy var policyConstraints = ExtensionReading<PolicyConstraints>(in: extensions)
    private(set) lazy var inhibitAnyPolicy = ExtensionReading<InhibitAnyPolicy>(in: extensions)
    private(set) lazy var subjectAlternativeName = ExtensionReading<SubjectAlternativeName>(in: extensions)
    private(set) lazy var authorityKeyIdentifier = ExtensionReading<AuthorityKeyIdentifier>(in: extensions)
    private(set) lazy var subjectKeyIdentifier = ExtensionReading<SubjectKeyIdentifier>(in: extensions)
    private(set) lazy var distributionPoints = ExtensionReading<CRLDistributionPoints>(in: extensions)
    private(set) lazy var isSelfIssued = subject.matches(issuer)

    var isAuthority: Bool { basicConstraints.value?.isAuthority ?? false }

    /// The extensions that decide about the path and cannot be read.
    private(set) lazy var unreadableExtensions: [OID] = {
        var found: [OID] = []
        func note<Value>(_ reading: ExtensionReading<Value>) {
            if reading.isUnreadable { found.append(Value.extensionOID) }
        }
        note(basicConstraints)
        note(keyUsage)
        note(extendedKeyUsage)
        note(nameConstraints)
        note(policies)
        note(policyMappings)
        note(policyConstraints)
        note(inhibitAnyPolicy)
        note(subjectAlternativeName)
        note(distributionPoints)
        return found
    }()

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

/// One extension as a certificate has it.
enum ExtensionReading<Value: CertificateExtensionValue> {
    case absent
    case read(Value, isCritical: Bool)
    /// It is there but its value cannot be read.
    case unreadable(isCritical: Bool)

    init(in extensions: [CertificateExtension]) {
        guard let item = extensions.first(Value.extensionOID) else {
            self = .absent
            return
        }
        if let value = try? Value(parsing: item.value) {
            self = .read(value, isCritical: item.isCritical)
        } else {
            self = .unreadable(isCritical: item.isCritical)
        }
    }

    var value: Value? { if case .read(let value, _) = self { value } else { nil } }

    var isUnreadable: Bool { if case .unreadable = self { true } else { false } }

    var isAbsent: Bool { if case .absent = self { true } else { false } }

    /// `nil` when the extension is absent.
    var isCritical: Bool? {
        switch self {
        case .absent: nil
        case .read(_, let isCritical), .unreadable(let isCritical): isCritical
        }
    }
}
