// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Whether the leaf has one of the names asked for.
///
/// Source: RFC 9525, section 6.
struct NameChecks {
    private let leaf: CertificateFacts
    private let session: TrustSession

    init(_ leaf: CertificateFacts, session: TrustSession) {
        self.leaf = leaf
        self.session = session
    }

    private var query: TrustQuery { session.query }

    func run() -> [TrustFinding] {
        guard !query.names.isEmpty else { return [] }
        let identity = ServerIdentity(
            subject: leaf.subject, alternativeNames: leaf.subjectAlternativeName.isAbsent ? nil : alternativeNames)
        let matches = query.names.map { identity.match($0, usesCommonName: query.rules.usesCommonName) }
        if matches.contains(.found) { return [] }
        if let index = matches.firstIndex(of: .inCommonName), query.names.indices.contains(index) {
            let evidence = "\(query.names[index]) stands in the commonName only; most clients do not look there."
            return [TrustFinding(.warning, .commonNameOnly, at: 0, evidence)]
        }
        let wanted = query.names.map(\.description).joined(separator: " or ")
        return [
            TrustFinding(
                .error, .nameMismatch, at: 0, "Expected \(wanted); the certificate has \(identity.presented).")
        ]
    }

    private var alternativeNames: [GeneralName] { leaf.subjectAlternativeName.value?.names ?? [] }
}
