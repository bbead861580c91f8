// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// What path validation reads of a certificate by itself, read once for all queries.
///
/// It is kept with the certificate: authorities and trust anchors, of which there are few, take part in every judgement.
final class ExtensionReadings: Sendable {
    let basicConstraints: ExtensionReading<BasicConstraints>
    let keyUsage: ExtensionReading<KeyUsage>
    let extendedKeyUsage: ExtensionReading<ExtendedKeyUsage>
    let nameConstraints: ExtensionReading<NameConstraints>
    let policies: ExtensionReading<CertificatePolicies>
    let policyMappings: ExtensionReading<PolicyMappings>
    let policyConstraints: ExtensionReading<PolicyConstraints>
    let inhibitAnyPolicy: ExtensionReading<InhibitAnyPolicy>
    let subjectAlternativeName: ExtensionReading<SubjectAlternativeName>
    let distributionPoints: ExtensionReading<CRLDistributionPoints>
    /// The extensions among these, and the critical ones beside them, that cannot be read.
    let unreadable: [OID]
    /// The critical extensions that are unknown here, in received order.
    let unknownCritical: [OID]
    /// Whether subject and issuer are the same name.
    let isSelfIssued: Bool

    init(_ certificate: CertificateView) {
        let extensions = certificate.extensions
        var unreadable: [OID] = []
        func read<Value>(_ type: Value.Type) -> ExtensionReading<Value> {
            let reading = ExtensionReading<Value>(in: extensions)
            if reading.isUnreadable { unreadable.append(Value.extensionOID) }
            return reading
        }
        basicConstraints = read(BasicConstraints.self)
        keyUsage = read(KeyUsage.self)
        extendedKeyUsage = read(ExtendedKeyUsage.self)
        nameConstraints = read(NameConstraints.self)
        policies = read(CertificatePolicies.self)
        policyMappings = read(PolicyMappings.self)
        policyConstraints = read(PolicyConstraints.self)
        inhibitAnyPolicy = read(InhibitAnyPolicy.self)
        subjectAlternativeName = read(SubjectAlternativeName.self)
        distributionPoints = read(CRLDistributionPoints.self)
        for item in extensions where item.isCritical && !Self.isReadable(item) { unreadable.append(item.oid) }
        self.unreadable = unreadable
        unknownCritical = extensions.filter { $0.isCritical && !Self.known.contains($0.oid) }.map(\.oid)
        isSelfIssued = certificate.isSelfIssued
    }

    /// Extensions this library processes, or whose meaning does not bear on the path.
    private static let known: Set<OID> = [
        .basicConstraints, .keyUsage, .extendedKeyUsage, .nameConstraints, .certificatePolicies, .policyMappings,
        .policyConstraints, .inhibitAnyPolicy, .subjectAltName, .issuerAltName, .crlDistributionPoints, .freshestCRL,
        .authorityKeyIdentifier, .subjectKeyIdentifier, .authorityInformationAccess, .subjectInformationAccess,
        .ocspNoCheck, .tlsFeature,
    ]

    /// Whether an extension can be read that does not bear on the path; marked critical, it must.
    ///
    /// Source: RFC 5280, section 4.2.
    private static func isReadable(_ item: CertificateExtension) -> Bool {
        switch item.oid {
        case .authorityKeyIdentifier: (try? AuthorityKeyIdentifier(parsing: item.value)) != nil
        case .subjectKeyIdentifier: (try? SubjectKeyIdentifier(parsing: item.value)) != nil
        // One syntax serves both.
        case .authorityInformationAccess, .subjectInformationAccess:
            (try? AuthorityInformationAccess(parsing: item.value)) != nil
        case .issuerAltName: (try? SubjectAlternativeName(parsing: item.value)) != nil
        case .freshestCRL: (try? FreshestCRL(parsing: item.value)) != nil
        case .ocspNoCheck: (try? OCSPNoCheck(parsing: item.value)) != nil
        case .tlsFeature: (try? TLSFeature(parsing: item.value)) != nil
        default: true
        }
    }
}

/// One extension as a certificate has it.
enum ExtensionReading<Value: CertificateExtensionValue>: Sendable {
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
