// SPDX-License-Identifier: Apache-2.0

import PKIFormats

// The audit events of device management. None tells a payload.
extension AuditEvent {
    /// Commands were queued.
    static func queued(
        _ commands: [QueuedCommand], _ installation: CertificateInstallation?, for device: DeviceID, by actor: String,
        at now: Timestamp
    ) -> AuditEvent {
        var details = [
            "commands": commands.map(\.id.rawValue).joined(separator: ", "),
            "kinds": commands.map(\.kind.rawValue).joined(separator: ", "),
        ]
        if let installation {
            details["installation"] = installation.id.rawValue
            details["uniqueID"] = installation.uniqueID
            details["generation"] = "\(installation.generation)"
            details["challenge"] = installation.challenge?.rawValue
        }
        return AuditEvent(
            action: "command.queued", at: now, actor: actor, object: device.rawValue, details: details)
    }

    /// A certificate on a device reached a stage: `installation.issued`, `installation.installed` and so on.
    static func reached(_ installation: CertificateInstallation, at now: Timestamp) -> AuditEvent {
        var details = [
            "device": installation.device.rawValue, "uniqueID": installation.uniqueID,
            "generation": "\(installation.generation)",
        ]
        details["credential"] = installation.credential?.rawValue
        details["thumbprint"] = installation.thumbprint
        details["reason"] = installation.reason
        details["errorCode"] = installation.errorCode.map(String.init)
        return AuditEvent(
            action: "installation.\(installation.stage.rawValue)", at: now, actor: "system",
            object: installation.id.rawValue, outcome: installation.outcomeCode, details: details)
    }
}

extension CertificateInstallation {
    /// `ok`, or the stable code of what is wrong.
    package var outcomeCode: String {
        switch stage {
        case .ordered, .delivered, .requested, .issued, .installed, .removed: "ok"
        case .failed: ManagementError.installationFailed.code
        case .mismatched: ManagementError.certificateMismatch.code
        }
    }
}
