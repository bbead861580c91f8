// SPDX-License-Identifier: Apache-2.0

import PKIFormats

// Partitioned CRLs: a certificate names the part that will tell of it, by a URL that never changes.
extension CRLPublisher {
    /// The numbers of parts that an authority's CRL is published in: the present one and every earlier one.
    ///
    /// A new number is remembered before a certificate can name one of its parts.
    func partitions(of context: AuthorityContext) async throws(StoreError) -> [Int] {
        guard context.authority.kind == .issuing else { return [] }
        let known = try await store.crlPartitions(of: context.id)
        let wanted = settings.partitions
        guard wanted > 1, !known.contains(wanted) else { return known }
        let event = AuditEvent(
            action: "crl.partitioned", at: clock.now, actor: "system", object: context.id.rawValue,
            details: ["parts": String(wanted)])
        try await store.recordCRLPartition(wanted, of: context.id, event: event)
        return known + [wanted]
    }

    /// Whether a part that certificates name, or are about to, is not there: parts are made anew after a restart.
    func lacksParts(_ context: AuthorityContext) async -> Bool {
        guard context.authority.kind == .issuing else { return false }
        var counts = (try? await store.crlPartitions(of: context.id)) ?? []
        if settings.partitions > 1 { counts.append(settings.partitions) }
        return counts.contains { count in
            CRLPart(index: 0, count: count).map { current(context.id, part: $0) == nil } ?? false
        }
    }

    /// The parts, each with the lines of the certificates that name it.
    ///
    /// The issuingDistributionPoint repeats the URL in the certificates octet by octet.
    ///
    /// Source: RFC 5280, section 5.2.5.
    func parts(
        _ partitions: [Int], from builder: CRLBuilder, _ entries: [RevokedEntry], nextUpdate: Timestamp
    ) async throws(AuthorityError) -> [CRLPart: ServedCRL] {
        var parts: [CRLPart: ServedCRL] = [:]
        for count in partitions {
            let lines = Dictionary(grouping: entries) { CRLPart(covering: $0.serial, of: count) }
            for part in CRLPart.all(of: count) {
                let url = publication.crlURL(builder.authority.id, part: part)
                let scope = CRLBuilder.Scope(nextUpdate: nextUpdate, partURL: url)
                parts[part] = try await builder.build(scope, lines[part] ?? [])
            }
        }
        return parts
    }
}
