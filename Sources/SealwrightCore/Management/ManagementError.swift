// SPDX-License-Identifier: Apache-2.0

/// Why something about the management of devices was not done, or how it ended.
package enum ManagementError: Error, Hashable, Sendable {
    /// No device has this identifier.
    case unknownDevice(DeviceID)
    /// No command has this identifier.
    case unknownCommand(QueuedCommandID)
    /// No certificate installation has this identifier.
    case unknownInstallation(CertificateInstallationID)
    /// The device was blocked or retired.
    case deviceNotManaged(DeviceID, Device.State)
    /// The command ended before.
    case alreadyOver(QueuedCommandID, QueuedCommand.State)
    /// The command that it is to follow is not there, or ended badly.
    case predecessorMissing(QueuedCommandID)
    /// Another record has this name on the device.
    case installationExists(CertificateInstallationID)
    /// Somebody else ordered it anew or changed it at the same time.
    case changedMeanwhile(CertificateInstallationID)
    /// The device never answered the command.
    case neverAnswered
    /// What the command was to follow ended badly.
    case predecessorFailed
    /// Somebody took the command back.
    case withdrawn
    /// The device shows another certificate than was issued.
    case certificateMismatch
    /// The certificate was not installed.
    case installationFailed
    /// The store failed.
    case store(StoreError)

    /// The stable code of this error, the same in log, audit, API and command line.
    package var code: String {
        switch self {
        case .unknownDevice: "management.unknown-device"
        case .unknownCommand: "management.unknown-command"
        case .unknownInstallation: "management.unknown-installation"
        case .deviceNotManaged: "management.device-not-managed"
        case .alreadyOver: "management.already-over"
        case .predecessorMissing: "management.predecessor-missing"
        case .installationExists: "management.installation-exists"
        case .changedMeanwhile: "management.changed-meanwhile"
        case .neverAnswered: "management.never-answered"
        case .predecessorFailed: "management.predecessor-failed"
        case .withdrawn: "management.withdrawn"
        case .certificateMismatch: "management.certificate-mismatch"
        case .installationFailed: "management.installation-failed"
        case .store(let error): error.code
        }
    }
}

extension ManagementError: CustomStringConvertible {
    /// One sentence for people.
    package var description: String {
        switch self {
        case .unknownDevice(let id): "there is no device \(id)"
        case .unknownCommand(let id): "there is no command \(id)"
        case .unknownInstallation(let id): "there is no certificate installation \(id)"
        case .deviceNotManaged(let id, let state): "the device \(id) is \(state.rawValue), and is told nothing"
        case .alreadyOver(let id, let state): "the command \(id) is \(state.rawValue)"
        case .predecessorMissing(let id): "the command \(id), which is to come first, is not there or ended badly"
        case .installationExists(let id): "the certificate installation \(id) has this name on the device"
        case .changedMeanwhile(let id): "the certificate installation \(id) was changed at the same time"
        case .neverAnswered:
            "the device was sent the command \(QueuedCommand.attemptLimit) times and never answered it"
        case .predecessorFailed: "the command that was to come first ended badly"
        case .withdrawn: "the command was taken back"
        case .certificateMismatch: "the device shows another certificate than was issued, or none"
        case .installationFailed: "the certificate was not installed"
        case .store(let error): "\(error)"
        }
    }
}
