// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightCore

/// Values for tests, alike except for what a test asks for.
///
/// Numbers make them distinct.
enum Sample {
    static let now = Timestamp(seconds: 1_780_315_200)
    static let issuing = AuthorityID(rawValue: "issuing")
    static let year: Int64 = 365 * 86_400

    static func octets(_ number: Int, _ count: Int = 32) -> [UInt8] {
        Array(DigestAlgorithm.sha256.hash(Array("\(number)".utf8)).prefix(count))
    }

    static func serial(_ number: Int) -> SerialNumber {
        var octets = octets(number, 16)
        octets[0] = octets[0] & 0x3F | 0x40
        return SerialNumber(octets: octets)
    }

    static func event(_ action: String = "test.done", of object: String = "object", at now: Timestamp = now)
        -> AuditEvent
    {
        AuditEvent(action: action, at: now, actor: "test", object: object, details: ["fact": "\"quoted\" ü"])
    }

    static func challenge(_ number: Int, uses: Int? = 1, expiresIn seconds: Int64 = 3600) -> Challenge {
        Challenge(
            id: ChallengeID(rawValue: "ch_\(number)"), digest: octets(number), endpoint: .default, profile: "device",
            subject: "CN=pc-\(number)", subjectAlternativeNames: ["DNS:pc-\(number).example.com", "IP:10.0.0.1"],
            device: DeviceID(rawValue: "d_\(number)"), createdAt: now, createdBy: "operator:local",
            expiresAt: now.adding(seconds: seconds), uses: uses, name: uses == nil ? "static-\(number)" : nil)
    }

    static func key(_ number: Int, transaction: Int? = nil, signer: Int? = nil) -> IdempotencyKey {
        IdempotencyKey(
            endpoint: .default, messageType: "19", transactionID: octets(transaction ?? number, 20),
            requestDigest: octets(number), signerDigest: signer.map { octets($0) })
    }

    static func plan(serial: Int) -> PlannedCertificate {
        PlannedCertificate(
            authority: issuing, serial: Self.serial(serial), tbsCertificate: octets(serial), notBefore: now,
            notAfter: now.adding(seconds: year))
    }

    /// An enrolment that is being signed, or waits when it has no serial.
    static func enrollment(
        _ number: Int, id: Int? = nil, transaction: Int? = nil, requestKey: Int? = nil, serial: Int?,
        challenge: ChallengeID? = nil, successor: AuthorityID? = nil, at now: Timestamp = now
    ) -> Enrollment {
        Enrollment(
            id: EnrollmentID(rawValue: "en_\(id ?? number)"), key: key(number, transaction: transaction),
            state: serial == nil ? .pending : .issuing, certificationRequest: octets(number),
            keyDigest: octets(requestKey ?? number), signerKeyDigest: octets(requestKey ?? number),
            subject: "CN=pc-\(number)", profile: "device", via: "scep:default", renewedFrom: nil,
            device: DeviceID(rawValue: "d_\(number)"), challenge: challenge, successor: successor, createdAt: now,
            updatedAt: now, plan: serial.map { plan(serial: $0) })
    }

    /// A certificate; of an enrolment's plan when that is given.
    static func credential(
        _ number: Int, of enrollment: Enrollment? = nil, subject: String? = nil, owner: Credential.Owner = .device,
        device: Int? = nil, authority: AuthorityID = issuing, endsIn seconds: Int64 = year, renewing old: Int? = nil,
        via: String = "scep:default"
    ) -> Credential {
        Credential(
            id: CredentialID(rawValue: "cr_\(number)"), authority: authority,
            serial: enrollment?.plan?.serial ?? serial(number), certificate: octets(number),
            subject: subject ?? "CN=pc-\(number)", notBefore: now, notAfter: now.adding(seconds: seconds),
            keyDigest: octets(number), fingerprint: octets(number), profile: "device", owner: owner,
            device: device.map { DeviceID(rawValue: "d_\($0)") }, issuedVia: via,
            enrollment: enrollment?.id, challenge: nil, approver: nil,
            renewedFrom: old.map { CredentialID(rawValue: "cr_\($0)") }, issuedAt: now)
    }

    static func device(_ number: Int, named names: [String]? = nil) -> Device {
        Device(
            id: DeviceID(rawValue: "d_\(number)"), name: "pc-\(number)", state: .active, createdAt: now,
            lastSeenAt: now, attachments: (names ?? ["CN=pc-\(number)"]).map { .scepSubject($0) })
    }

    static func revocation(_ reason: CRLReason = .keyCompromise) -> Revocation {
        Revocation(at: now, reason: reason, invalidityDate: now.adding(seconds: -60))
    }
}

extension EnrollmentStore where Self: ChallengeStore {
    /// Plans and issues in one step.
    @discardableResult
    func issue(_ number: Int, device: Bool = true) async throws(StoreError) -> Credential {
        let enrollment = Sample.enrollment(number, serial: number)
        _ = try await recordPlan(enrollment, consuming: nil, replayWindow: 86_400, event: Sample.event())
        let credential = Sample.credential(number, of: enrollment, device: device ? number : nil)
        try await recordCertificate(credential, device: device ? Sample.device(number) : nil, event: Sample.event())
        return credential
    }
}
