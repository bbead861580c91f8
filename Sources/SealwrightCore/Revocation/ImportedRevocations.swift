// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Synchronization

/// What was revoked elsewhere, before an authority came here.
///
/// The CRL that told it is kept as it came. Its lines stay on ours for as long as the authority: when the certificates
/// end is known to whoever issued them.
package final class ImportedRevocations: Sendable {
    private let store: any CRLStore
    /// The lines of each authority; guarded because an import writes them and OCSP answers read them.
    private let known = Mutex<[AuthorityID: Lines]>([:])

    private struct Lines: Sendable {
        /// Sorted by serial number, each once.
        let entries: [RevokedEntry]
        let bySerial: [SerialNumber: Revocation]
    }

    package init(store: any CRLStore) { self.store = store }

    /// Reads what the store has.
    ///
    /// A CRL that the authority's key did not sign is left out: an import that broke off may have left one under a name
    /// that another authority has now.
    ///
    /// - Throws: ``StoreError``, also for a CRL that cannot be read: a server that forgot revocations is worse than
    ///   none.
    func load(_ authorities: [AuthorityContext]) async throws(StoreError) {
        for context in authorities where context.authority.kind == .issuing {
            guard let kept = try await store.newestCRL(authority: context.id, kind: .imported) else { continue }
            let list: CertificateList
            do { list = try CertificateList(parsing: kept.der) } catch {
                throw .corrupted("the CRL that came with \(context.id): \(error)")
            }
            guard let key = context.certificate.publicKey, list.isSigned(by: key) else { continue }
            put(list, of: context.id)
        }
    }

    /// Keeps a CRL that was checked, and lets ours go on from its number.
    ///
    /// - Throws: ``StoreError``; nothing is told from it then.
    func keep(
        _ list: ImportedRevocationList, of authority: AuthorityID, at now: Timestamp
    ) async throws(StoreError) {
        // Reserving counts from the time when that is later; a foreign number may lie above it.
        _ = try await store.reserveCRLNumber(authority: authority, now: Timestamp(seconds: list.number))
        let crl = PublishedCRL(
            authority: authority, kind: .imported, number: list.number, thisUpdate: list.thisUpdate,
            nextUpdate: list.list.nextUpdate ?? list.thisUpdate, generation: 0, der: Array(list.list.encoded))
        try await store.save(
            crl,
            event: AuditEvent(
                action: "crl.imported", at: now, actor: "system", object: authority.rawValue,
                details: [
                    "entries": String(list.list.entries.count), "number": String(list.number),
                    "thisUpdate": list.thisUpdate.iso8601,
                ]))
        put(list.list, of: authority)
    }

    /// How a certificate was revoked before its authority came here; `nil` when it was not.
    func revocation(of serial: SerialNumber, from authority: AuthorityID) -> Revocation? {
        known.withLock { $0[authority]?.bySerial[serial] }
    }

    /// The lines for an authority's CRL.
    func entries(of authority: AuthorityID) -> [RevokedEntry] { known.withLock { $0[authority]?.entries ?? [] } }

    private func put(_ list: CertificateList, of authority: AuthorityID) {
        var bySerial: [SerialNumber: Revocation] = [:]
        bySerial.reserveCapacity(list.entries.count)
        for entry in list.entries where entry.reason != .removeFromCRL {
            bySerial[entry.serialNumber] = Revocation(
                at: entry.revocationDate ?? list.thisUpdate ?? Timestamp(seconds: 0),
                reason: entry.reason ?? .unspecified, invalidityDate: entry.invalidityDate)
        }
        let entries = bySerial.map { RevokedEntry(serial: $0.key, revocation: $0.value) }
            .sorted { $0.serial < $1.serial }
        let lines = Lines(entries: entries, bySerial: bySerial)
        known.withLock { $0[authority] = lines }
    }
}

/// A CRL of an authority that is taken in, checked: whole, signed by it, and not of a later time.
struct ImportedRevocationList: Sendable {
    let list: CertificateList
    let thisUpdate: Timestamp
    /// Zero for a CRL of version 1, which has none.
    let number: Int64

    /// Checks a CRL.
    ///
    /// One that has ended is taken too: what it tells was revoked, and stays so.
    ///
    /// - Throws: ``AuthorityError/revocationListNotUsable(_:)``.
    ///
    /// Source: RFC 5280, sections 5.2 and 6.3.3.
    init(_ der: [UInt8], of certificate: CertificateView, now: Timestamp) throws(AuthorityError) {
        let list: CertificateList
        do { list = try CertificateList(parsing: der) } catch { throw .revocationListNotUsable("\(error)") }
        func require(_ condition: Bool, _ reason: String) throws(AuthorityError) {
            guard condition else { throw .revocationListNotUsable(reason) }
        }
        try require(certificate.subject.matches(list.issuer), "it is a CRL of \(list.issuer.rfc4514)")
        try require(
            certificate.publicKey.map(list.isSigned(by:)) ?? false, "the authority's key did not sign it")
        try require(!list.isDelta, "it is a delta CRL; give the whole one")
        if let repeated = list.repeatedExtension {
            throw .revocationListNotUsable("\(repeated.nameOrDotted) stands in it twice")
        }
        if let unknown = list.unprocessedCriticalExtensions.first {
            throw .revocationListNotUsable(
                "its critical extension \(unknown.nameOrDotted) is not known or not readable")
        }
        if let scope = list.issuingDistributionPoint {
            let isPartial =
                scope.onlyContainsCACerts || scope.onlySomeReasons != nil || scope.onlyContainsAttributeCerts
            try require(!isPartial && !scope.indirectCRL, "it covers some certificates only; give the whole one")
        }
        guard let thisUpdate = list.thisUpdate else {
            throw .revocationListNotUsable("it does not say when it was made")
        }
        try require(
            thisUpdate <= now.adding(seconds: ClockGuard.tolerance), "it was made at \(thisUpdate), which is to come")
        self.list = list
        self.thisUpdate = thisUpdate
        self.number = try Self.number(of: list)
    }

    /// The number as ours count, with room above it.
    private static func number(of list: CertificateList) throws(AuthorityError) -> Int64 {
        guard let number = list.crlNumber else { return 0 }
        guard number.magnitude.count < 8 else {
            throw .revocationListNotUsable("its number is too large to go on from")
        }
        return number.magnitude.reduce(Int64(0)) { $0 << 8 | Int64($1) }
    }
}
