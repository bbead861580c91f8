// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Whether a certificate may be used for a purpose: key usage and extended key usage.
///
/// Extended key usages count along the path: an authority that has the extension can only issue for what it names.
///
/// Source: RFC 5280, sections 4.2.1.3 and 4.2.1.12.
struct PurposeChecks {
    private let facts: CertificateFacts
    private let depth: Int
    private let purpose: TrustPurpose
    private let session: TrustSession

    init(_ facts: CertificateFacts, at depth: Int, _ purpose: TrustPurpose, session: TrustSession) {
        self.facts = facts
        self.depth = depth
        self.purpose = purpose
        self.session = session
    }

    private var rules: TrustRules { session.query.rules }

    func issuer() -> [TrustFinding] {
        guard !purpose.extendedKeyUsages.isEmpty, let usages = facts.extendedKeyUsage.value,
            !permits(usages, takesAny: true)
        else { return [] }
        return [missing("\(facts.subject) may only issue for \(Self.list(usages)), not for \(purpose.name).")]
    }

    func leaf() -> [TrustFinding] { .those(extendedKeyUsage, keyUsage) }

    private var extendedKeyUsage: TrustFinding? {
        guard !purpose.extendedKeyUsages.isEmpty else { return nil }
        switch facts.extendedKeyUsage {
        case .unreadable: return nil
        case .absent:
            guard rules.requiresExtendedKeyUsage || purpose.mustBeNamed else { return nil }
            return missing("\(facts.subject) has no extended key usage; \(purpose.name) is asked for.")
        case .read(let usages, _):
            let takesAny = rules.acceptsAnyExtendedKeyUsage && !purpose.mustBeNamed
            if permits(usages, takesAny: takesAny) { return nil }
            return missing("\(facts.subject) is made for \(Self.list(usages)), not for \(purpose.name).")
        }
    }

    private var keyUsage: TrustFinding? {
        guard let usage = facts.keyUsage.value, !purpose.keyUsages.isEmpty, usage.isDisjoint(with: purpose.keyUsages)
        else { return nil }
        return TrustFinding(
            .error, .keyUsageMissing, at: depth,
            "The key usage of \(facts.subject) is \(usage.names.joined(separator: ", ")); \(purpose.name) needs one of "
                + "\(purpose.keyUsages.names.joined(separator: ", ")).")
    }

    private func permits(_ usages: ExtendedKeyUsage, takesAny: Bool) -> Bool {
        if takesAny, usages.contains(.anyExtendedKeyUsage) { return true }
        return purpose.extendedKeyUsages.contains { usages.contains($0) }
    }

    private func missing(_ evidence: String) -> TrustFinding {
        TrustFinding(.error, .purposeMissing, at: depth, evidence)
    }

    private static func list(_ usages: ExtendedKeyUsage) -> String {
        let names = usages.purposes.prefix(8).map(\.nameOrDotted)
        return names.isEmpty ? "nothing" : names.joined(separator: ", ")
    }
}
