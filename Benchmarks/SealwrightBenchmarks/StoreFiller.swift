// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightCore
import SealwrightServer
import SealwrightStore

/// Writes into a store what a server would have written in months, through the same verbs, while no server runs.
struct StoreFiller {
    let store: SQLiteStore
    let authority: Authority
    private let clock = SystemClock()
    private let publicKey: SubjectPublicKeyInfo

    /// Opens the store of a folder.
    init(folder: String) async throws {
        store = try SQLiteStore(path: DataFolder(folder).database)
        guard let issuing = try await store.authorities().last(where: { $0.kind == .issuing }) else {
            throw BenchmarkError("\(folder) has no issuing authority")
        }
        authority = issuing
        guard let own = try CertificateView(parsing: issuing.certificate).publicKey else {
            throw BenchmarkError("the authority's key cannot be read")
        }
        publicKey = SubjectPublicKeyInfo(own)
    }

    func close() async { await store.close() }

    /// Makes one-time challenges and returns their secrets.
    func makeChallenges(_ count: Int) async throws -> [String] {
        let service = ChallengeService(store: store, clock: clock)
        return try await inParallel(count) { _ in
            let order = ChallengeOrder(timeToLive: 86_400, createdBy: "benchmark")
            return try await service.create(order).secret.reveal()
        }
    }

    /// Stores certificates as SCEP enrolments leave them: enrolment, certificate, device, audit events.
    ///
    /// - Returns: their serial numbers.
    func enroll(_ count: Int) async throws -> [SerialNumber] {
        try await inParallel(count) { index in
            let made = try synthetic(index)
            _ = try await store.recordPlan(
                made.enrollment, consuming: nil, replayWindow: 86_400,
                event: event("certificate.planned", made.enrollment.id.rawValue))
            try await store.recordCertificate(
                made.credential, device: made.device, event: event("certificate.issued", made.credential.serial.hex))
            return made.credential.serial
        }
    }

    /// Stores certificates alone, every tenth revoked.
    func save(_ count: Int) async throws {
        _ = try await inParallel(count) { index in
            var credential = try synthetic(index).credential
            if index.isMultiple(of: 10) { credential.revocation = Revocation(at: clock.now, reason: .superseded) }
            try await store.recordCertificate(
                credential, device: nil, event: event("certificate.issued", credential.serial.hex))
        }
    }

    /// Runs many verbs at once, as a busy server does, so that they share commits.
    private func inParallel<Value: Sendable>(
        _ count: Int, _ work: @escaping @Sendable (Int) async throws -> Value
    ) async throws -> [Value] {
        let lanes = min(count, 256)
        return try await withThrowingTaskGroup(of: [Value].self) { group in
            for lane in 0..<lanes {
                group.addTask {
                    var values: [Value] = []
                    for index in stride(from: lane, to: count, by: lanes) { values.append(try await work(index)) }
                    return values
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    private func event(_ action: String, _ object: String) -> AuditEvent {
        AuditEvent(
            action: action, at: clock.now, actor: "scep:benchmark", object: object,
            details: ["profile": "device", "via": "scep:default"])
    }
}

// MARK: - Records

extension StoreFiller {
    private struct Synthetic {
        let enrollment: Enrollment
        let credential: Credential
        let device: Device
    }

    /// A certificate with everything around it; key digests and serials are random, the signature is not one.
    private func synthetic(_ index: Int) throws -> Synthetic {
        let now = clock.now
        let (start, end) = (now.adding(seconds: -3_600), now.adding(seconds: Int64(index % 365 + 1) * 86_400))
        let subject = "CN=device-\(index).site-\(index % 97).example"
        let serial = SerialNumber.random()
        let body = TBSCertificate(
            serialNumber: serial, signature: .rsaPKCS1(.sha256),
            issuer: try CertificateView(parsing: authority.certificate).subject, notBefore: start, notAfter: end,
            subject: try DistinguishedName(rfc4514: subject), subjectPublicKeyInfo: publicKey,
            extensions: [KeyUsage([.digitalSignature, .keyEncipherment]).certificateExtension]
        ).derBytes
        let certificate = TBSCertificate.certificate(
            tbs: body, signature: SecureRandom.bytes(256), algorithm: .rsaPKCS1(.sha256))
        let device = Device(
            id: .new(milliseconds: clock.milliseconds), name: "device-\(index)", state: .active, createdAt: now,
            lastSeenAt: now, attachments: [.scepSubject(subject)])
        let keyDigest = SecureRandom.bytes(32)
        let enrollment = Enrollment(
            id: .new(milliseconds: clock.milliseconds),
            key: IdempotencyKey(
                endpoint: .default, messageType: "19", transactionID: Array(Hex.encode(SecureRandom.bytes(16)).utf8),
                requestDigest: SecureRandom.bytes(32), signerDigest: nil),
            state: .issuing, certificationRequest: body, keyDigest: keyDigest, signerKeyDigest: keyDigest,
            subject: subject, profile: "device", via: "scep:default", renewedFrom: nil, device: nil, createdAt: now,
            updatedAt: now,
            plan: PlannedCertificate(
                authority: authority.id, serial: serial, tbsCertificate: body, notBefore: start, notAfter: end))
        let credential = Credential(
            id: .new(milliseconds: clock.milliseconds), authority: authority.id, serial: serial,
            certificate: certificate, subject: subject, notBefore: start, notAfter: end, keyDigest: keyDigest,
            fingerprint: DigestAlgorithm.sha256.hash(certificate), profile: "device", owner: .device,
            device: device.id, issuedVia: "scep:default", enrollment: enrollment.id, challenge: nil, approver: nil,
            renewedFrom: nil, issuedAt: now)
        return Synthetic(enrollment: enrollment, credential: credential, device: device)
    }
}
