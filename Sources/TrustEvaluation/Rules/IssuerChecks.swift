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

    func run() -> [TrustFinding] { .those(authority ?? version, keyUsage) }

    /// A trust anchor of version 1 is an authority because somebody said so; any other needs to say it itself.
    private var authority: TrustFinding? {
        if facts.isAuthority { return nil }
        if place == .anchor, facts.basicConstraints.isAbsent, facts.certificate.version < 3 { return nil }
        let reason =
            switch facts.basicConstraints {
            case .absent: "has no basicConstraints"
            case .unreadable: "its basicConstraints cannot be read"
            case .read: "says that it is no authority"
            }
        return TrustFinding(.error, .notAuthority, at: depth, "\(facts.subject) issued a certificate but \(reason).")
    }

    /// What a certificate of an earlier version says in extensions, which it cannot have, makes it no authority.
    private var version: TrustFinding? {
        guard place != .anchor, facts.isAuthority, facts.certificate.version < 3 else { return nil }
        return TrustFinding(
            .error, .versionNotAllowed, at: depth,
            "\(facts.subject) issued a certificate but is of version \(facts.certificate.version), which has no "
                + "extensions to say that it may.")
    }

    private var keyUsage: TrustFinding? {
        guard let usage = facts.keyUsage.value, !usage.contains(.keyCertSign) else { return nil }
        let names = usage.names.joined(separator: ", ")
        return TrustFinding(
            .error, .keyUsageMissing, at: depth,
            "\(facts.subject) issued a certificate but its key usage (\(names)) lacks keyCertSign.")
    }
}
