// SPDX-License-Identifier: Apache-2.0

import OMADM
import SealwrightAgent
import SealwrightCommandLine

extension CommandFailure {
    /// An error of the library, with the exit status it deserves.
    init(_ error: AgentServiceError) {
        self.init(Self.status(of: error), code: error.code, error.description, hint: Self.hint(for: error))
    }

    /// An error of a container, with the exit status it deserves.
    init(_ error: ContainerError) {
        if case .folder(let error) = error {
            self.init(.store(error))
            return
        }
        let status: ExitStatus
        var hint: String?
        switch error {
        case .notFound:
            status = .notFound
            hint = "'sealwright-agent container create NAME' makes one; --user names whose it is"
        case .exists: status = .conflict
        case .inUse:
            status = .conflict
            hint = "--force removes them too"
        case .nameRefused, .pinRefused: status = .usage
        case .pinWrong, .lockedOut: status = .refused
        case .crypto, .folder: status = .internalError
        }
        self.init(status, code: error.code, error.description, hint: hint)
    }

    private static func status(of error: AgentServiceError) -> ExitStatus {
        switch error {
        case .notEnrolled, .managementCertificateMissing: .notFound
        case .alreadyEnrolled: .conflict
        case .renewalOver, .signInNeeded, .sessionRefused: .refused
        case .invitationUnreadable, .commandsUnreadable: .usage
        case .noManagementAccount, .notSyncML, .messageUnreadable: .bad
        case .sessionStuck, .sessionTooLong, .sessionTooLarge: .bad
        case .enrollment(let error, _): error.isRetryable ? .unavailable : .refused
        case .transport(let failure):
            switch failure.kind {
            case .address: .usage
            case .unresolved, .unreachable, .answerLost, .invalidResponse, .stopped: .unavailable
            case .notTrusted: .refused
            }
        case .httpStatus(let status): status == 429 || status >= 500 ? .unavailable : .refused
        case .stopped: .unavailable
        case .store(let error):
            switch error {
            case .locked, .managementCertificate: .conflict
            case .notFound: .notFound
            case .unreadable: .usage
            case .file, .unusable, .full, .unfinishedChange: .unavailable
            case .corrupt: .bad
            }
        case .crypto, .messageUnwritable: .internalError
        }
    }

    private static func hint(for error: AgentServiceError) -> String? {
        switch error {
        case .notEnrolled: "'sealwright-agent enroll --invitation FILE' enrols it"
        case .alreadyEnrolled: "'sealwright-agent unenroll' takes it out first"
        case .managementCertificateMissing: "enrol again: 'sealwright-agent unenroll', then 'enroll'"
        case .signInNeeded: "ask for an invitation with a password"
        case .transport(let failure):
            failure.remedy
                ?? ([.unreachable, .answerLost].contains(failure.kind)
                    ? "is the server running, and its name right?" : nil)
        case .store(.managementCertificate): "'sealwright-agent unenroll' takes the device out; --force removes it"
        case .store(.locked): "the service holds it; 'systemctl stop sealwright-agent', or use another --data"
        case .store(.file(let path, _)) where !path.hasPrefix("/"):
            "the file is in the agent's folder (--data): is there space, and may this user write there?"
        case .store(.corrupt):
            "put the agent's folder back from a copy; without one move it away, and enrol the device again"
        case .sessionRefused, .httpStatus(403): "the server may have blocked or retired this device"
        case .httpStatus(404): "the server does not offer management sessions at this address"
        default: nil
        }
    }
}
