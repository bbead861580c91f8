// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
package import PKIFormats

/// The life of the server's certificate: request, answer, import, activation, the way back.
///
/// Whatever fails leaves what is served as it is. Every change is stored, with its audit event, before it takes effect.
package struct ServerCertificateService: Sendable {
    let store: any ServerCertificateStore & StagedChangeStore & AuditStore
    let keys: any PortableKeyProvider
    let registry: AuthorityRegistry
    let clock: any Clock
    /// The names and addresses of this server, the one devices use first.
    package let hosts: [String]
    /// Authorities that devices trust without our doing: the public ones of this machine.
    let publicAnchors: @Sendable () -> [CertificateView]
    package let served: ServedCertificateSource
    private let gate = SerialGate()

    package init(
        store: any ServerCertificateStore & StagedChangeStore & AuditStore, keys: any PortableKeyProvider,
        registry: AuthorityRegistry, clock: any Clock, hosts: [String],
        publicAnchors: @escaping @Sendable () -> [CertificateView],
        served: ServedCertificateSource = ServedCertificateSource()
    ) {
        self.store = store
        self.keys = keys
        self.registry = registry
        self.clock = clock
        self.hosts = hosts
        self.publicAnchors = publicAnchors
        self.served = served
    }

    /// All that was requested, imported or made, newest first.
    package func list() async throws(ServerCertificateError) -> [ServerCertificate] {
        try await ServerCertificateError.storing { () async throws(StoreError) in try await store.serverCertificates() }
    }

    /// One of them.
    package func find(_ id: ServerCertificateID) async throws(ServerCertificateError) -> ServerCertificate {
        let found = try await ServerCertificateError.storing { () async throws(StoreError) in
            try await store.serverCertificate(id)
        }
        guard let found else { throw .unknown(id) }
        return found
    }

    /// What is served and what was before.
    package func selection() async throws(ServerCertificateError) -> ServerSelection {
        try await ServerCertificateError.storing { () async throws(StoreError) in try await store.serverSelection() }
    }

    /// Does one thing at a time.
    func exclusively<Value: Sendable>(
        _ work: () async throws(ServerCertificateError) -> Value
    ) async throws(ServerCertificateError) -> Value {
        await gate.enter()
        defer { gate.leave() }
        return try await work()
    }

    func save(
        _ certificate: ServerCertificate, replacing: ServerCertificate.State?, _ action: String, by actor: String,
        _ details: [String: String] = [:]
    ) async throws(ServerCertificateError) {
        var details = details
        details["source"] = certificate.source.rawValue
        details["names"] = certificate.names.joined(separator: " ")
        if let leaf = certificate.leaf {
            details["subject"] = leaf.subject.rfc4514
            details["serial"] = leaf.serialNumber.hex
            details["notAfter"] = leaf.notAfter?.iso8601 ?? "unreadable"
            details["sha256"] = Hex.encode(leaf.fingerprint(.sha256))
        }
        let event = AuditEvent(
            action: action, at: clock.now, actor: actor, object: certificate.id.rawValue, details: details)
        let stored = try await ServerCertificateError.storing { () async throws(StoreError) in
            try await store.save(certificate, replacing: replacing, event: event)
        }
        guard stored else { throw .changedMeanwhile }
    }

    /// Writes down that something was refused; that the trail cannot be written changes nothing about the refusal.
    func noteRefusal(_ findings: [ServerCertificateFinding], of object: String, by actor: String) async {
        let faults = findings.filter { $0.severity == .error }
        guard let first = faults.first else { return }
        let event = AuditEvent(
            action: "server-certificate.refused", at: clock.now, actor: actor, object: object, outcome: first.code,
            details: ["faults": faults.map(\.code).joined(separator: " "), "evidence": first.evidence])
        try? await store.append(event)
    }
}
