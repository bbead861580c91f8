// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// What is asked of a certificate because it issued another.
///
/// Source: RFC 5280, section 6.1.4 (k) and (n).
struct IssuerChecks {
    private let facts: CertificateFacts
    private let depth: Int
    private let session: TrustSession
    private let place: CertificatePlace

    init(_ facts: CertificateFacts, at depth: Int, session: TrustSession, place: CertificatePlace) {
        self.facts = facts
        self.depth = depth
        self.session = session
        self.place = place
    }

    func run() -> [TrustFinding] { .those(authority, keyUsage) }

    /// A trust anchor of version 1 is an authority because somebody said so; any other needs to say it itself.
    private var authority: TrustFinding? {
        if facts.isAuthority { return nil }
        if place == .anchor, facts.basicConstraints.isAbsent, facts.certificate.version < 3 { return nil }
        let reason = facts.basicConstraints.isAbsent ? "has no basicConstraints" : "says that it is no authority"
        return TrustFinding(.error, .notAuthority, at: depth, "\(facts.subject) issued a certificate but \(reason).")
    }

    private var keyUsage: TrustFinding? {
        guard let usage = facts.keyUsage.value, !usage.contains(.keyCertSign) else { return nil }
        let names = usage.names.joined(separator: ", ")
        return TrustFinding(
            .error, .keyUsageMissing, at: depth,
            "\(facts.subject) issued a certificate but its key usage (\(names)) lacks keyCertSign.")
    }
}
