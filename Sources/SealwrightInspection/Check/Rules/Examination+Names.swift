// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import TrustEvaluation

// Rows "Enhanced Key Usage", "Name" and "Key usage".
extension Examination {
    /// What the certificate is judged for: what was asked, else what it says itself.
    var purpose: CheckPurpose {
        if let purpose = subject.purpose { return purpose }
        if leaf.isCertificateAuthority { return .authority }
        guard let usage = leaf.extendedKeyUsage else { return .any }
        if usage.contains(.serverAuth) { return .server }
        return usage.contains(.clientAuth) ? .client : .any
    }

    var purposeObservation: Observation? {
        let wanted: OID
        switch purpose {
        case .server: wanted = .serverAuth
        case .client: wanted = .clientAuth
        case .authority, .any: return nil
        }
        let name = wanted.nameOrDotted
        var seen = Observation(name)
        guard let usage = leaf.extendedKeyUsage else {
            let isThere = leaf.extensions.first(.extendedKeyUsage) != nil
            seen.breaks(
                .purposeMissing, isThere ? "the extension cannot be read; need \(name)" : "none; need \(name)")
            return seen
        }
        let names = Printable.list(usage.purposes.prefix(10).map(\.nameOrDotted))
        guard usage.contains(wanted) else {
            if usage.contains(.anyExtendedKeyUsage), values.acceptsAnyPurpose {
                seen.breaks(.anyPurpose, "\(names); need \(name)")
            } else {
                seen.breaks(.purposeMissing, "\(names); need \(name)")
            }
            return seen
        }
        if usage.purposes.count > 1 { seen.breaks(.furtherPurposes, "\(names); \(name) is enough") }
        return seen
    }

    var keyUsageObservation: Observation? {
        guard purpose == .server || purpose == .client else { return nil }
        guard let usage = leaf.keyUsage else {
            guard leaf.extensions.first(.keyUsage) == nil else {
                var seen = Observation("")
                seen.breaks(.keyUsageMissing, "the extension cannot be read")
                return seen
            }
            return Observation("not restricted")
        }
        let names = usage.names.joined(separator: ", ")
        var seen = Observation(names)
        if !usage.contains(.digitalSignature) { seen.breaks(.keyUsageMissing, "\(names); need digitalSignature") }
        return seen
    }

    /// The names that are compared: those asked for, else the host's, else the machine's if the profile says so.
    var expectedNames: ExpectedNames {
        if let names = subject.askedNames { return ExpectedNames(names, .asked) }
        if case .endpoint(let endpoint) = subject.origin { return ExpectedNames([endpoint.host], .host) }
        guard values.comparesWithMachine, case .file = subject.origin, let machine = settings.machineName else {
            return ExpectedNames([], .none)
        }
        return ExpectedNames([machine], .machine)
    }

    var nameObservation: Observation? {
        guard purpose == .server || subject.askedNames != nil else { return nil }
        let identity = ServerIdentity(leaf)
        let expected = expectedNames
        var seen = Observation(expected.names.joined(separator: ", "))
        for name in expected.names { compare(name, with: identity, &seen) }
        if expected.origin == .none {
            seen.evidence = identity.presented
            if case .held = subject.origin {} else { seen.breaks(.nameNotAsked, identity.presented) }
            if identity.alternativeNames == nil { seen.breaks(.commonNameOnly, identity.presented) }
        }
        for wildcard in broadWildcards { seen.breaks(.wildcardBreadth, wildcard) }
        return seen
    }

    private func compare(_ name: String, with identity: ServerIdentity, _ seen: inout Observation) {
        let origin = expectedNames.origin == .machine ? " (this machine's name)" : ""
        switch identity.match(.host(name), usesCommonName: true) {
        case .found: seen.evidence = "\(name)\(origin)"
        case .inCommonName: seen.breaks(.commonNameOnly, "\(identity.presented); need \(name) in subjectAltName")
        case .absent where values.countsSubject && identity.match(.machineName(name)) == .inCommonName:
            seen.breaks(.commonNameOnly, "\(identity.presented); need \(name) in subjectAltName")
        case .absent: seen.breaks(.nameMismatch, "\(identity.presented); need \(name)\(origin)")
        }
    }

    /// Wildcards with one or two labels behind them: whole registered domains, or more.
    private var broadWildcards: [String] {
        let names = leaf.subjectAlternativeName?.dnsNames ?? [leaf.subject.commonName].compactMap { $0 }
        return names.filter { $0.hasPrefix("*.") && $0.split(separator: ".").count <= 3 }.prefix(10).map { $0 }
    }
}
