// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// One extension, decoded into words.
///
/// Works for certificates, requests and CRLs alike; an extension that is not known shows its octets.
struct ExtensionDescription {
    let item: CertificateExtension

    /// What the value of an extension turned out to be.
    enum Reading {
        /// Decoded.
        case words([String])
        /// Known, and not in the form its standard says.
        case unreadable
        /// Not known here.
        case unknown
    }

    var field: InspectionField {
        InspectionField(Self.title(item.oid), text, note: item.isCritical ? "critical" : nil)
    }

    var finding: InspectionFinding? {
        let name = Self.title(item.oid)
        switch reading {
        case .words: return nil
        case .unreadable:
            return InspectionFinding(.error, .extensionUnreadable, "The extension \(name) cannot be read.")
        case .unknown:
            guard item.isCritical else { return nil }
            return InspectionFinding(
                .warning, .extensionUnknown,
                "The extension \(name) is critical and not known here; programs that do not know it must refuse this.")
        }
    }

    private var text: String {
        switch reading {
        case .words(let words):
            let hidden = words.count - InspectionLimits.values
            let shown = words.prefix(InspectionLimits.values).joined(separator: ", ")
            return hidden > 0 ? "\(shown) and \(hidden) more" : shown
        case .unreadable: return "unreadable: \(Printable.hex(item.value))"
        case .unknown: return Printable.hex(item.value)
        }
    }

    private var reading: Reading {
        for decode in Self.decoders {
            if let reading = decode(item) { return reading }
        }
        return .unknown
    }

    /// The usual name for people; the standard's identifier for the rest.
    private static func title(_ oid: OID) -> String { titles[oid] ?? oid.nameOrDotted }

    private static let titles: [OID: String] = [
        .basicConstraints: "Basic constraints", .keyUsage: "Key usage", .extendedKeyUsage: "Extended key usage",
        .subjectAltName: "Alternative names", .issuerAltName: "Issuer alternative names",
        .subjectKeyIdentifier: "Subject key id", .authorityKeyIdentifier: "Authority key id",
        .crlDistributionPoints: "CRL", .freshestCRL: "Delta CRL", .authorityInformationAccess: "Authority information",
        .certificatePolicies: "Policies", .policyMappings: "Policy mappings", .policyConstraints: "Policy constraints",
        .inhibitAnyPolicy: "Inhibit any policy", .nameConstraints: "Name constraints", .ocspNoCheck: "OCSP no check",
        .tlsFeature: "TLS features", .microsoftCertificateTemplateName: "Template name",
        .microsoftCertificateTemplate: "Template", .microsoftApplicationPolicies: "Application policies",
        .microsoftNTDSSecurity: "Security identifier", .crlNumber: "CRL number",
        .deltaCRLIndicator: "Delta to CRL number", .issuingDistributionPoint: "Covers",
    ]
}

// MARK: - Decoding

extension ExtensionDescription {
    private typealias Decoder = @Sendable (CertificateExtension) -> Reading?

    /// A decoder for one type of value; `nil` when the extension is another one.
    private static func decoder<Value: CertificateExtensionValue>(
        _ type: Value.Type, _ words: @escaping @Sendable (Value) -> [String]
    ) -> Decoder {
        { item in
            guard item.oid == Value.extensionOID else { return nil }
            guard let value = try? Value(parsing: item.value) else { return .unreadable }
            return .words(words(value))
        }
    }

    private static let decoders: [Decoder] = [
        decoder(BasicConstraints.self) { [words($0)] },
        decoder(KeyUsage.self) { $0.names },
        decoder(ExtendedKeyUsage.self) { $0.purposes.map(\.nameOrDotted) },
        decoder(SubjectAlternativeName.self) { $0.names.map(\.text) },
        decoder(SubjectKeyIdentifier.self) { [Printable.colons($0.keyIdentifier)] },
        decoder(AuthorityKeyIdentifier.self, words),
        decoder(CRLDistributionPoints.self) { $0.points.map(words) },
        decoder(FreshestCRL.self) { $0.points.map(words) },
        decoder(AuthorityInformationAccess.self) { access in
            access.descriptions.map { "\(methodName($0.method)) \(plain($0.location))" }
        },
        decoder(CertificatePolicies.self) { $0.policies.map(words) },
        decoder(PolicyMappings.self) { value in
            value.mappings.map { "\($0.issuerDomainPolicy.nameOrDotted) is \($0.subjectDomainPolicy.nameOrDotted)" }
        },
        decoder(PolicyConstraints.self, words),
        decoder(InhibitAnyPolicy.self) { ["any policy counts for nothing\(beyond($0.skipCerts))"] },
        decoder(NameConstraints.self) { constraints in
            constraints.permitted.map { "permitted \($0.text)" } + constraints.excluded.map { "excluded \($0.text)" }
        },
        decoder(OCSPNoCheck.self) { _ in ["present"] },
        decoder(TLSFeature.self) { $0.features.map { $0 == 5 ? "status_request (must staple)" : String($0) } },
        decoder(CertificateTemplateName.self) { [$0.name] },
        decoder(CertificateTemplate.self) { [words($0)] },
        decoder(ApplicationPolicies.self) { $0.purposes.map(\.nameOrDotted) },
        decoder(NTDSSecurity.self) { [$0.securityIdentifier] },
        decoder(IssuingDistributionPoint.self, words),
        { item in
            guard item.oid == .issuerAltName else { return nil }
            let value = try? SubjectAlternativeName(parsing: item.value)
            return value.map { .words($0.names.map(\.text)) } ?? .unreadable
        },
        { item in
            guard item.oid == .crlNumber || item.oid == .deltaCRLIndicator else { return nil }
            return (try? CRLNumber(parsing: item.value)).map { .words(["\($0)"]) } ?? .unreadable
        },
    ]
}

// MARK: - Words

extension ExtensionDescription {
    private static func words(_ value: BasicConstraints) -> String {
        guard value.isAuthority else { return "not an authority" }
        switch value.pathLength {
        case nil: return "authority"
        case 0?: return "authority, no other authority below it"
        case let length?: return "authority, at most \(length) levels of authorities below it"
        }
    }

    @Sendable private static func words(_ value: AuthorityKeyIdentifier) -> [String] {
        let key = value.keyIdentifier.map { Printable.colons($0) }
        let serial = value.authorityCertSerialNumber.map { "serial number \($0.hex)" }
        return ([key, serial] + value.authorityCertIssuer.map { $0.text }).compactMap { $0 }
    }

    @Sendable private static func words(_ point: DistributionPoint) -> String {
        let issuers = point.crlIssuer.map { " signed by \($0.text)" }.joined()
        return words(point.name) + (point.reasons == nil ? "" : " (some reasons only)") + issuers
    }

    private static func words(_ name: DistributionPointName?) -> String {
        switch name {
        case .fullName(let names): names.map(plain).joined(separator: " or ")
        case .relativeToIssuer: "relative to the issuer"
        case nil: "unnamed"
        }
    }

    @Sendable private static func words(_ policy: PolicyInformation) -> String {
        policy.id.nameOrDotted + (policy.practiceStatement.map { " (\($0))" } ?? "")
    }

    @Sendable private static func words(_ value: PolicyConstraints) -> [String] {
        [
            value.requireExplicitPolicy.map { "a policy is required\(beyond($0))" },
            value.inhibitPolicyMapping.map { "no policy is mapped to another\(beyond($0))" },
        ].compactMap { $0 }
    }

    /// From which certificate below on something holds.
    private static func beyond(_ skipped: Int) -> String {
        skipped == 0 ? "" : " beyond \(Printable.count(skipped, "further certificate"))"
    }

    private static func words(_ template: CertificateTemplate) -> String {
        let version = [template.majorVersion, template.minorVersion].compactMap { $0.map(String.init) }
        return template.templateID.dotted + (version.isEmpty ? "" : " version \(version.joined(separator: "."))")
    }

    @Sendable private static func words(_ point: IssuingDistributionPoint) -> [String] {
        var words: [String] = []
        if point.onlyContainsUserCerts { words.append("end entities only") }
        if point.onlyContainsCACerts { words.append("authorities only") }
        if point.onlyContainsAttributeCerts { words.append("attribute certificates only") }
        if point.onlySomeReasons != nil { words.append("some reasons only") }
        if point.indirectCRL { words.append("certificates of other issuers too") }
        if let name = point.distributionPoint { words.append("at \(Self.words(name))") }
        return words
    }

    /// A URL as it is, anything else with its kind in front.
    private static func plain(_ name: GeneralName) -> String {
        if case .uri(let uri) = name { uri } else { name.text }
    }

    private static func methodName(_ method: OID) -> String {
        switch method {
        case .ocspAccess: "OCSP"
        case .caIssuersAccess: "issuer"
        default: method.nameOrDotted
        }
    }
}

extension [CertificateExtension] {
    /// All of them as a part of a report.
    var section: InspectionSection {
        InspectionSection("Extensions", map { ExtensionDescription(item: $0).field })
    }

    var findings: [InspectionFinding] { compactMap { ExtensionDescription(item: $0).finding } }
}
