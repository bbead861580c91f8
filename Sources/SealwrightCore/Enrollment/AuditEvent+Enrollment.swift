// SPDX-License-Identifier: Apache-2.0

import PKIFormats

// The audit events of enrolment and issuance. None tells a challenge, only its identifier.
extension AuditEvent {
    /// Characters of a transactionID that are told; SCEP allows 512 octets, clients use up to 80.
    fileprivate static let transactionLimit = 128
    /// Characters of a refused subject that are told: anybody may ask for a name of 60 KB, which becomes four times as
    /// much when it is escaped, and the trail is kept for ever.
    fileprivate static let subjectLimit = 1_024

    /// A plan was stored; its octets will be signed.
    static func planned(_ order: IssuanceOrder, _ plan: IssuancePlan, at now: Timestamp) -> AuditEvent {
        var details = order.details
        details["serial"] = plan.serialNumber.hex
        details["notAfter"] = plan.notAfter.iso8601
        if !plan.ignored.isEmpty { details["ignored"] = plan.ignored.joined(separator: ", ") }
        return AuditEvent(
            action: "enrollment.planned", at: now, actor: order.actor, object: order.enrollment.rawValue,
            details: details)
    }

    /// A request waits for a person.
    static func queued(_ order: IssuanceOrder, at now: Timestamp) -> AuditEvent {
        AuditEvent(
            action: "enrollment.queued", at: now, actor: order.actor, object: order.enrollment.rawValue,
            details: order.details)
    }

    /// A certificate was signed and stored.
    static func issued(_ credential: Credential, at now: Timestamp) -> AuditEvent {
        var details = [
            "subject": credential.subject, "profile": credential.profile, "via": credential.issuedVia,
            "authority": credential.authority.rawValue, "fingerprint": Hex.encode(credential.fingerprint),
            "notAfter": credential.notAfter.iso8601,
        ]
        details["enrollment"] = credential.enrollment?.rawValue
        details["device"] = credential.device?.rawValue
        details["renewedFrom"] = credential.renewedFrom?.rawValue
        return AuditEvent(
            action: "certificate.issued", at: now, actor: "system", object: credential.serial.hex, details: details)
    }

    /// A device's request was refused; `challenge` is the one it carried, where that is one of ours.
    ///
    /// It stands under the device where that is known, so that it is found beside what else is told of it.
    static func refused(
        _ request: EnrollmentRequest, _ reason: DenialReason, challenge: ChallengeID?, device: DeviceID?,
        at now: Timestamp
    ) -> AuditEvent {
        var details = [
            "subject": request.subject.rfc4514.beginning(subjectLimit), "via": request.via,
            "endpoint": request.endpoint.rawValue,
            "transactionID": request.key.transactionText.beginning(transactionLimit), "reason": reason.sentence,
        ]
        details["challenge"] = challenge?.rawValue
        details["peer"] = request.peer
        return AuditEvent(
            action: "enrollment.refused", at: now, actor: request.actor,
            object: device?.rawValue ?? request.endpoint.rawValue, outcome: reason.code, details: details)
    }

    /// An operator's order was refused.
    static func refused(_ wish: OperatorRequest, _ reason: DenialReason, at now: Timestamp) -> AuditEvent {
        AuditEvent(
            action: "enrollment.refused", at: now, actor: wish.operator, object: wish.authority.rawValue,
            outcome: reason.code, details: ["profile": wish.profile, "via": wish.via, "reason": reason.sentence])
    }

    /// A person decided.
    static func decided(
        _ id: EnrollmentID, approved: Bool, by actor: String, reason: String?, at now: Timestamp
    ) -> AuditEvent {
        AuditEvent(
            action: approved ? "enrollment.approved" : "enrollment.denied", at: now, actor: actor,
            object: id.rawValue, details: reason.map { ["reason": $0] } ?? [:])
    }

    /// A request waited so long without a decision that it ended.
    static func lapsed(_ enrollment: Enrollment, at now: Timestamp) -> AuditEvent {
        AuditEvent(
            action: "enrollment.lapsed", at: now, actor: "system", object: enrollment.id.rawValue,
            outcome: DenialReason.waitedTooLong.code,
            details: ["subject": enrollment.subject, "waitedSince": enrollment.createdAt.iso8601])
    }

    /// An enrolment can never be carried out.
    static func failed(_ id: EnrollmentID, _ reason: DenialReason, at now: Timestamp) -> AuditEvent {
        AuditEvent(
            action: "enrollment.failed", at: now, actor: "system", object: id.rawValue, outcome: reason.code,
            details: ["reason": reason.sentence])
    }

    /// A challenge was made.
    static func created(_ challenge: Challenge, for user: String? = nil) -> AuditEvent {
        var details = [
            "endpoint": challenge.endpoint.rawValue, "expiresAt": challenge.expiresAt.iso8601,
            "uses": challenge.uses.map(String.init) ?? "unlimited",
        ]
        details["subject"] = challenge.subject
        details["subjectAlternativeNames"] = challenge.subjectAlternativeNames?.joined(separator: ", ")
        details["profile"] = challenge.profile
        details["device"] = challenge.device?.rawValue
        details["name"] = challenge.name
        details["user"] = user.map { String($0.prefix(256)) }
        return AuditEvent(
            action: "challenge.created", at: challenge.createdAt, actor: challenge.createdBy,
            object: challenge.id.rawValue, details: details)
    }
}

extension IssuanceOrder {
    fileprivate var details: [String: String] {
        var details = [
            "subject": subject, "profile": profile.name, "via": via,
            "authority": policy.authority.rawValue,
            "transactionID": key.transactionText.beginning(AuditEvent.transactionLimit),
        ]
        details["challenge"] = challenge?.rawValue
        details["renewedFrom"] = renewed?.id.rawValue
        details["approver"] = approver
        details["peer"] = peer
        return details
    }
}
