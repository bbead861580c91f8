// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// What RFC 5280 asks of everybody who issues, beyond what path validation needs.
///
/// Source: RFC 5280, section 4.
struct IssuingRules {
    private let facts: CertificateFacts
    private let depth: Int
    private let place: CertificatePlace
    private let strictness: TrustRules.Strictness
    private var findings: [TrustFinding] = []

    init(
        _ facts: CertificateFacts, at depth: Int, place: CertificatePlace, strictness: TrustRules.Strictness
    ) {
        self.strictness = strictness
        self.facts = facts
        self.depth = depth
        self.place = place
    }

    consuming func run() -> [TrustFinding] {
        checkEncoding()
        checkSerialNumber()
        checkNames()
        checkKeyIdentifiers()
        checkCriticality()
        checkAuthority()
        checkAlternativeNames()
        checkNameConstraints()
        checkRest()
        return findings
    }

    private mutating func note(_ evidence: String, _ code: TrustCode = .profileViolation) {
        findings.append(TrustFinding(.error, code, at: depth, "\(facts.subject) \(evidence)."))
    }

    private mutating func note(_ evidence: String, if isBroken: Bool) { if isBroken { note(evidence) } }

    /// Sections 4.1, 4.1.1.2, 4.1.2.2, 4.1.2.5 and 4.1.2.8.
    private mutating func checkEncoding() {
        for fault in facts.certificate.faults where fault.weight == .deviation {
            findings.append(TrustFinding(.error, .profileViolation, at: depth, "\(facts.subject): \(fault)."))
        }
        for deviation in facts.certificate.encodingDeviations {
            findings.append(TrustFinding(.error, .profileViolation, at: depth, "\(facts.subject): \(deviation)."))
        }
        let algorithm = facts.certificate.signatureAlgorithm
        note(
            "is signed with \(algorithm.oid.nameOrDotted) and parameters that it does not have",
            if: !algorithm.hasProperParameters)
        checkKey(facts.subjectPublicKeyInfo)
    }

    /// RFC 3279, section 2.3.1; RFC 5280, appendix A: what a certificate has of a key is DER too.
    private mutating func checkKey(_ info: SubjectPublicKeyInfo) {
        guard case .rsa(let key)? = info.publicKey else { return }
        let parameters = info.algorithm.parameters
        note(
            "has an RSA key with parameters",
            if: info.algorithm.oid == .rsaEncryption && parameters != nil && parameters != AlgorithmIdentifier.null)
        note("has an RSA key that is not DER", if: SubjectPublicKeyInfo(.rsa(key)).keyBits != info.keyBits)
    }

    /// Section 4.1.2.2.
    private mutating func checkSerialNumber() {
        let serial = facts.certificate.serialNumber
        let isZero = serial.octets.allSatisfy { $0 == 0 }
        if serial.isNegative || isZero || serial.octets.count > 20 {
            note("has the serial number \(serial.hex.prefix(80))", .serialNumberNotAllowed)
        }
    }

    /// Sections 4.1.2.4 and 4.1.2.6.
    private mutating func checkNames() {
        note("has no issuer", if: facts.issuer.isEmpty)
        note("is an authority without a name", if: facts.isAuthority && facts.subject.isEmpty)
        let isNamedElsewhere = facts.subjectAlternativeName.isCritical == true
        note(
            "has neither a subject nor a critical subjectAltName",
            if: facts.subject.isEmpty && !facts.isAuthority && !isNamedElsewhere)
        note(
            "has extensions but version \(facts.certificate.version)",
            if: facts.certificate.version < 3 && hasExtensions)
    }

    private var hasExtensions: Bool { !facts.certificate.extensions.isEmpty }

    /// Sections 4.2.1.1 and 4.2.1.2: a self-signed certificate may leave its authorityKeyIdentifier out.
    private mutating func checkKeyIdentifiers() {
        guard facts.certificate.version == 3 else { return }
        let isRoot = facts.isSelfIssued && place != .leaf
        switch facts.authorityKeyIdentifier {
        case .absent: note("has no authorityKeyIdentifier", if: !isRoot)
        case .unreadable: note("has an unreadable authorityKeyIdentifier")
        case .read(let value, let isCritical):
            note("has a critical authorityKeyIdentifier", if: isCritical)
            note(
                "has an authorityKeyIdentifier without the key's identifier", if: value.keyIdentifier == nil && !isRoot)
            note(
                "has an authorityKeyIdentifier with one of authorityCertIssuer and authorityCertSerialNumber alone",
                if: value.authorityCertIssuer.isEmpty != (value.authorityCertSerialNumber == nil))
        }
        switch facts.subjectKeyIdentifier {
        case .absent: note("is an authority without a subjectKeyIdentifier", if: facts.isAuthority)
        case .unreadable: note("has an unreadable subjectKeyIdentifier")
        case .read(_, let isCritical): note("has a critical subjectKeyIdentifier", if: isCritical)
        }
    }

    /// Sections 4.2.1.9 to 4.2.1.14 and 4.2.2.
    private mutating func checkCriticality() {
        // The Baseline Requirements allow it, for the sake of clients that do not know the extension.
        note(
            "has name constraints that are not critical",
            if: strictness < .web && facts.nameConstraints.isCritical == false)
        note("has policy constraints that are not critical", if: facts.policyConstraints.isCritical == false)
        note("has inhibitAnyPolicy that is not critical", if: facts.inhibitAnyPolicy.isCritical == false)
        let neverCritical: [OID] = [
            .authorityInformationAccess, .subjectInformationAccess, .freshestCRL, .subjectDirectoryAttributes,
        ]
        for item in facts.certificate.extensions where item.isCritical && neverCritical.contains(item.oid) {
            note("has \(item.oid.nameOrDotted) marked critical")
        }
    }

    /// Sections 4.2.1.3 and 4.2.1.9.
    private mutating func checkAuthority() {
        let signsCertificates = facts.keyUsage.value?.contains(.keyCertSign) ?? false
        if facts.isAuthority {
            note(
                "is an authority whose basicConstraints are not critical",
                if: facts.basicConstraints.isCritical == false)
        } else {
            note("may sign certificates but is no authority", if: signsCertificates)
            note("has name constraints but is no authority", if: !facts.nameConstraints.isAbsent)
            note("has policy constraints but is no authority", if: !facts.policyConstraints.isAbsent)
        }
        note("is an authority without basicConstraints", if: place == .anchor && facts.basicConstraints.isAbsent)
        note("has a key usage that names nothing", if: facts.keyUsage.value?.isEmpty == true)
        let hasLength = facts.basicConstraints.value?.pathLength != nil
        note(
            "has a path length but may not sign certificates",
            if: hasLength && !(facts.keyUsage.isAbsent || signsCertificates))
    }

    /// Section 4.2.1.6.
    private mutating func checkAlternativeNames() {
        guard let names = facts.subjectAlternativeName.value?.names else { return }
        note("has a subjectAltName without names", if: names.isEmpty)
        for name in names {
            switch name {
            case .dnsName(let host):
                let isName = HostNameRules.labels(host, allowsWildcard: true) != nil && !host.contains("_")
                note("has the dNSName '\(host.prefix(80))', which is not in preferred name syntax", if: !isName)
            case .ipAddress(let octets):
                note("has an iPAddress of \(octets.count) octets", if: octets.count != 4 && octets.count != 16)
            case .rfc822Name(let mailbox):
                note("has the rfc822Name '\(mailbox.prefix(80))', which is no mailbox", if: !Self.isMailbox(mailbox))
            case .uri(let text):
                note("has the URI '\(text.prefix(80))', which is not absolute", if: !Self.isAbsolute(text))
            case .directoryName(let name): note("has an empty directoryName", if: name.isEmpty)
            case .otherName, .registeredID, .unsupported: continue
            }
        }
    }

    /// Whether a mail address has atoms or a quoted string before the `@`, and a host behind it.
    ///
    /// Source: RFC 2821, section 4.1.2.
    private static func isMailbox(_ text: String) -> Bool {
        guard let mailbox = Mailbox(text) else { return false }
        let isQuoted = mailbox.local.count > 1 && mailbox.local.first == 0x22 && mailbox.local.last == 0x22
        guard isQuoted || mailbox.local.allSatisfy({ $0.isAtomText || $0 == UInt8(ascii: ".") }) else { return false }
        let isLiteral = mailbox.host.first == 0x5B && mailbox.host.last == 0x5D
        return isLiteral || HostNameRules.labels(String(decoding: mailbox.host, as: UTF8.self)) != nil
    }

    /// Whether a URI has a scheme and something behind it.
    private static func isAbsolute(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let scheme = parts.first, let first = scheme.first, let rest = parts.dropFirst().first else {
            return false
        }
        return !rest.isEmpty && first.isASCIILetter
            && scheme.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || "+-.".utf8.contains($0) }
    }

    /// Section 4.2.1.10.
    private mutating func checkNameConstraints() {
        guard let constraints = facts.nameConstraints.value else { return }
        let subtrees = constraints.permitted + constraints.excluded
        note("has name constraints without subtrees", if: subtrees.isEmpty)
        for base in subtrees where !Self.isSound(base) { note("has the name constraint \(base), which is malformed") }
    }

    private static func isSound(_ base: GeneralName) -> Bool {
        switch base {
        case .dnsName(let host): host.isEmpty || HostNameRules.labels(host) != nil
        case .rfc822Name(let text): text.contains("@") ? Mailbox(text) != nil : isHostOrTree(text)
        case .uri(let text): isHostOrTree(text)
        case .ipAddress(let octets): isNetwork(octets)
        case .directoryName, .otherName, .registeredID, .unsupported: true
        }
    }

    private static func isHostOrTree(_ text: String) -> Bool {
        text.isEmpty || HostNameRules.labels(text.hasPrefix(".") ? String(text.dropFirst()) : text) != nil
    }

    /// An address and a mask whose ones all stand in front.
    private static func isNetwork(_ octets: [UInt8]) -> Bool {
        guard octets.count == 8 || octets.count == 32 else { return false }
        let mask = octets.suffix(octets.count / 2)
        let ones = mask.reduce(0) { $0 + $1.nonzeroBitCount }
        let leading = mask.prefix { $0 == 0xFF }.count * 8
        let next = mask.dropFirst(leading / 8).first.map { (~$0).leadingZeroBitCount } ?? 0
        return ones == leading + next
    }

    /// Sections 4.2.1.4, 4.2.1.8, 4.2.1.11 to 4.2.1.13 and 4.2.2.
    private mutating func checkRest() {
        note("has an extended key usage that names nothing", if: facts.extendedKeyUsage.value?.purposes.isEmpty == true)
        note("has certificate policies that name none", if: facts.policies.value?.policies.isEmpty == true)
        if let constraints = facts.policyConstraints.value {
            let isEmpty = constraints.requireExplicitPolicy == nil && constraints.inhibitPolicyMapping == nil
            note("has policy constraints that say nothing", if: isEmpty)
        }
        let access = ExtensionReading<AuthorityInformationAccess>(in: facts.certificate.extensions)
        note("has an unreadable authorityInfoAccess", if: access.isUnreadable)
        note("has an authorityInfoAccess without entries", if: access.value?.descriptions.isEmpty == true)
        let policies = facts.policies.value?.policies.map(\.id) ?? []
        note("names a certificate policy twice", if: Set(policies).count != policies.count)
        let points = facts.distributionPoints.value?.points ?? []
        note(
            "has a CRL distribution point that names neither a place nor a CRL issuer",
            if: points.contains { $0.name == nil && $0.crlIssuer.isEmpty })
        // One syntax serves both kinds of access.
        if let item = facts.extensions.first(.subjectInformationAccess) {
            let access = try? AuthorityInformationAccess(parsing: item.value)
            note("has a subjectInfoAccess that is unreadable or empty", if: access?.descriptions.isEmpty ?? true)
        }
        if let item = facts.extensions.first(.subjectDirectoryAttributes) {
            let attributes = try? ASN1Element(parsing: item.value)
            note("has unreadable or empty subjectDirectoryAttributes", if: attributes?.content.isEmpty ?? true)
        }
    }
}
