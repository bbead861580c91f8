// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// What the web asks of the certificates of servers and of the authorities above them, beyond RFC 5280.
///
/// Source: CA/Browser Forum, Baseline Requirements for TLS server certificates, sections 6.1.5, 6.1.6 and 7.1.
struct WebRules {
    private let facts: CertificateFacts
    private let depth: Int
    private let place: CertificatePlace
    private var findings: [TrustFinding] = []

    init(_ facts: CertificateFacts, at depth: Int, place: CertificatePlace) {
        self.facts = facts
        self.depth = depth
        self.place = place
    }

    consuming func run() -> [TrustFinding] {
        checkKey()
        checkKeyIdentifiers()
        if place.isEnd { checkSubscriber() }
        if place == .anchor || place == .pinned { note("is a root with an extended key usage", if: hasUsages) }
        return findings
    }

    private var hasUsages: Bool { !facts.extendedKeyUsage.isAbsent && place == .anchor }

    private mutating func note(_ evidence: String, _ code: TrustCode = .profileViolation, if isBroken: Bool) {
        if isBroken { findings.append(TrustFinding(.error, code, at: depth, "\(facts.subject) \(evidence).")) }
    }

    /// Sections 6.1.5 and 6.1.6.
    private mutating func checkKey() {
        guard case .rsa(let key) = facts.certificate.publicKey else { return }
        note(
            "has an RSA key of \(key.bitCount) bits, which eight does not divide", .weakKey,
            if: !key.bitCount.isMultiple(of: 8))
        // 65537 has three octets.
        note("has an RSA key with an exponent under 65537", .weakKey, if: key.exponent.count < 3)
    }

    /// Section 7.1.2.11.1: the key's identifier and nothing else, and a root's own where there is one.
    private mutating func checkKeyIdentifiers() {
        guard let identifier = facts.authorityKeyIdentifier.value else { return }
        note("has an authorityKeyIdentifier without the key's identifier", if: identifier.keyIdentifier == nil)
        note(
            "has an authorityKeyIdentifier that names a certificate",
            if: !identifier.authorityCertIssuer.isEmpty || identifier.authorityCertSerialNumber != nil)
        if place == .anchor, facts.isSelfIssued, let own = facts.subjectKeyIdentifier.value {
            note(
                "is a root that calls its key by two identifiers",
                if: identifier.keyIdentifier != nil && identifier.keyIdentifier != own.keyIdentifier)
        }
    }

    /// Sections 7.1.2.7 and 7.1.4.
    private mutating func checkSubscriber() {
        note(
            "is a certificate of version \(facts.certificate.version)", .versionNotAllowed,
            if: facts.certificate.version != 3)
        note("is an authority's certificate", .authorityAsLeaf, if: facts.isAuthority)
        note("has a critical extended key usage", if: facts.extendedKeyUsage.isCritical == true)
        let takesAny = facts.extendedKeyUsage.value?.contains(.anyExtendedKeyUsage) ?? false
        note("names anyExtendedKeyUsage", .purposeMissing, if: takesAny)
        note("names no extended key usage", .purposeMissing, if: facts.extendedKeyUsage.isAbsent)
        note("has no subjectAltName", if: facts.subjectAlternativeName.isAbsent)
        note(
            "has a critical subjectAltName beside a subject",
            if: facts.subjectAlternativeName.isCritical == true && !facts.subject.isEmpty)
        for case .dnsName(let host) in facts.subjectAlternativeName.value?.names ?? [] {
            let labels = HostNameRules.labels(host, allowsWildcard: true)
            note("has the wildcard '\(host.prefix(80))'", if: labels?.first == [0x2A] && (labels?.count ?? 0) < 3)
        }
        checkCommonNames()
    }

    /// Section 7.1.4.3: a commonName repeats one of the alternative names, character for character.
    private mutating func checkCommonNames() {
        let names = facts.subjectAlternativeName.value?.names ?? []
        for attribute in facts.subject.attributes where attribute.type == .commonName {
            let text = attribute.text ?? ""
            let isRepeated = names.contains { name in
                switch name {
                case .dnsName(let host): host == text
                case .ipAddress(let octets): IPAddressText.format(octets) == text
                default: false
                }
            }
            note("has the commonName '\(text.prefix(80))', which no alternative name repeats", if: !isRepeated)
        }
    }
}
