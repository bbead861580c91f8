// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import Logging
import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

struct MillionStore: CRLStore, CredentialStore {
    let entries: [RevokedEntry]
    func reserveCRLNumber(authority: AuthorityID, now: Timestamp) async throws(StoreError) -> Int64 { 5 }
    func save(_ crl: PublishedCRL, event: AuditEvent) async throws(StoreError) {}
    func newestCRL(authority: AuthorityID, kind: PublishedCRL.Kind) async throws(StoreError) -> PublishedCRL? { nil }
    func credential(authority: AuthorityID, serial: SerialNumber) async throws(StoreError) -> Credential? { nil }
    func credential(_ id: CredentialID) async throws(StoreError) -> Credential? { nil }
    func credential(serial: SerialNumber) async throws(StoreError) -> Credential? { nil }
    func status(authority: AuthorityID, serial: SerialNumber) async throws(StoreError) -> CredentialStatus? { nil }
    func credentials(_ filter: CredentialFilter, after cursor: String?, limit: Int) async throws(StoreError) -> Page<Credential> { Page(items: [], next: nil) }
    func save(_ credential: Credential, event: AuditEvent) async throws(StoreError) {}
    func revoke(serial: SerialNumber, _ revocation: Revocation, event: AuditEvent) async throws(StoreError) -> RevocationOutcome { .notFound }
    func release(serial: SerialNumber, at: Timestamp, event: AuditEvent) async throws(StoreError) -> RevocationOutcome { .notFound }
    func revokedCertificates(authority: AuthorityID, endingAfter: Timestamp) async throws(StoreError) -> [RevokedEntry] { entries }
    func releasedCertificates(authority: AuthorityID, since: Timestamp) async throws(StoreError) -> [SerialNumber] { [] }
    func revocationGeneration() async throws(StoreError) -> Int64 { 1 }
    func credentialCount() async throws(StoreError) -> Int { 0 }
}

@Suite("TEMPBENCH2")
struct TemporaryMillion {
    @Test func `million`() async throws {
        let ca = try await CAFixture.ready()
        let at = ca.clock.now
        let entries = (0..<1_000_000).map { _ in RevokedEntry(serial: .random(), revocation: Revocation(at: at, reason: .superseded)) }
        func cpu() -> Double { var t = timespec(); clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); return Double(t.tv_sec) + Double(t.tv_nsec) / 1e9 }
        func rss() -> String { (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8))?.split(separator: "\n").filter { $0.hasPrefix("VmHWM") || $0.hasPrefix("VmRSS") }.joined(separator: " ") ?? "" }
        let publisher = CRLPublisher(store: MillionStore(entries: entries), registry: ca.registry, publication: ca.publication, clock: ca.clock, logger: Logger(label: "x") { _ in SwiftLogNoOpLogHandler() })
        print("before", rss())
        let a = cpu()
        let crl = try await publisher.publish(ca.issuing.id)
        print("MILLION cpu s", cpu() - a, "bytes", crl.der.count, rss())
        let b = cpu()
        _ = try await publisher.publish(ca.issuing.id)
        print("MILLION cpu s", cpu() - b, rss())
    }
}
