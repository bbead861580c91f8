// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

// What the store is given when a certificate was signed.

extension Credential {
    /// The credential of a certificate that was signed for an enrolment.
    init(
        _ certificate: [UInt8], of plan: IssuancePlan, for enrollment: Enrollment, device: DeviceID, clock: any Clock
    ) {
        self.init(
            id: .new(milliseconds: clock.milliseconds), authority: plan.authority, serial: plan.serialNumber,
            certificate: certificate, subject: enrollment.subject, notBefore: plan.notBefore, notAfter: plan.notAfter,
            keyDigest: plan.subjectPublicKeyInfo.digest, fingerprint: DigestAlgorithm.sha256.hash(certificate),
            profile: plan.profile, owner: .device, device: device, issuedVia: enrollment.via,
            enrollment: enrollment.id, challenge: enrollment.challenge, approver: enrollment.decidedBy,
            renewedFrom: enrollment.renewedFrom, issuedAt: clock.now)
    }
}

extension Device {
    /// The device that holds a certificate now: the known one brought up to date, or a new one named after it.
    static func holding(_ plan: IssuancePlan, of enrollment: Enrollment, known: Device?, clock: any Clock) -> Device {
        let attachment = Attachment.naming(enrollment.subject, plan.alternativeNames)
        guard var device = known else {
            return Device(
                id: .new(milliseconds: clock.milliseconds), name: plan.subject.commonName ?? attachment.value,
                state: .active, createdAt: clock.now, lastSeenAt: clock.now, attachments: [attachment])
        }
        if device.state == .pending { device.state = .active }
        device.lastSeenAt = clock.now
        if !device.attachments.contains(attachment) { device.attachments.append(attachment) }
        return device
    }
}

extension Device.Attachment {
    /// The name of a device by what its certificate says: the subject's text, or the first alternative name without
    /// one.
    static func naming(_ subject: String, _ names: [GeneralName]) -> Device.Attachment {
        if subject.isEmpty, let name = names.first { return Device.Attachment(kind: "scep-name", value: name.text) }
        return .scepSubject(subject)
    }
}
