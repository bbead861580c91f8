// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightCore

/// Values for the tests of device management, alike except for what a test asks for.
enum ManagementSample {
    static let now = Timestamp(seconds: 1_780_315_200)
    static let device = DeviceID(rawValue: "d_1")
    static let challenge = ChallengeID(rawValue: "ch_1")
    static let year: Int64 = 365 * 86_400

    static func at(_ seconds: Int64) -> Timestamp { now.adding(seconds: seconds) }

    static func installation(
        _ kind: CertificateInstallation.Kind = .scep, challenge: ChallengeID? = challenge
    ) -> CertificateInstallation {
        CertificateInstallation(
            id: CertificateInstallationID(rawValue: "ci_1"), device: device, kind: kind, uniqueID: "wifi",
            specification: "device", subject: "CN=pc-1", challenge: challenge, orderedAt: now)
    }

    /// The enrolment that used a challenge.
    static func enrollment(
        _ state: Enrollment.State, challenge: ChallengeID? = challenge, credential: Int? = nil, reason: String? = nil
    ) -> Enrollment {
        Enrollment(
            id: EnrollmentID(rawValue: "en_1"),
            key: IdempotencyKey(
                endpoint: .default, messageType: "19", transactionID: [1], requestDigest: [2], signerDigest: nil),
            state: state, certificationRequest: [3], keyDigest: [4], signerKeyDigest: [5], subject: "CN=pc-1",
            profile: "device", via: "scep:default", renewedFrom: nil, device: device, challenge: challenge,
            createdAt: at(20), updatedAt: at(25), credential: credential.map { CredentialID(rawValue: "cr_\($0)") },
            reason: reason)
    }

    static func certificate(_ number: Int) -> [UInt8] { Array("certificate \(number)".utf8) }

    /// SHA-1 of a sample certificate, as a device shows it: upper-case.
    static func thumbprint(_ number: Int) -> String {
        Hex.encode(DigestAlgorithm.sha1.hash(certificate(number))).uppercased()
    }

    static func credential(_ number: Int = 1, endsIn seconds: Int64 = year) -> Credential {
        Credential(
            id: CredentialID(rawValue: "cr_\(number)"), authority: AuthorityID(rawValue: "issuing"),
            serial: SerialNumber(octets: [UInt8(truncatingIfNeeded: number)]), certificate: certificate(number),
            subject: "CN=pc-1", notBefore: now, notAfter: at(seconds), keyDigest: [4], fingerprint: [6],
            profile: "device", owner: .device, device: device, issuedVia: "scep:default",
            enrollment: EnrollmentID(rawValue: "en_1"), challenge: challenge, approver: nil, renewedFrom: nil,
            issuedAt: at(30))
    }
}
