// SPDX-License-Identifier: Apache-2.0

/// Why a staged change did not take a step.
package enum StagedChangeError: Error, Hashable, Sendable {
    /// No change has this identifier.
    case unknown(StagedChangeID)
    /// Another change is open; one at a time.
    case anotherIsOpen(StagedChangeID)
    /// It was finished or cancelled.
    case alreadyOver(StagedChangeID, StagedChange.Phase)
    /// This verb has no meaning in this phase.
    case notNow(String, StagedChange.Phase)
    /// Only finalizing is left.
    case lastStepLeft(StagedChange.Phase)
    /// The candidate has faults, by code.
    case candidateRefused([String])
    /// Too few devices confirmed.
    case thresholdNotReached(ChangeProgress, threshold: Int)
    /// Nobody asked for this proof now.
    case confirmationNotWanted(StagedChange.Evidence, StagedChange.Phase)
    /// The device confirmed another certificate than the candidate.
    case otherCertificate
    /// Somebody else changed it at the same time.
    case changedMeanwhile(StagedChangeID)
    /// HTTPS is required already.
    case nothingToChange
    /// An action failed.
    case server(ServerCertificateError)
    /// Rotating the authority failed.
    case authority(AuthorityError)
    /// The store failed.
    case store(StoreError)

    /// The stable code of this error, the same in log, audit, API and command line.
    package var code: String {
        switch self {
        case .unknown: "change.unknown"
        case .anotherIsOpen: "change.another-is-open"
        case .alreadyOver: "change.already-over"
        case .notNow: "change.not-now"
        case .lastStepLeft: "change.last-step-left"
        case .candidateRefused: "change.candidate-refused"
        case .thresholdNotReached: "change.threshold-not-reached"
        case .confirmationNotWanted: "change.confirmation-not-wanted"
        case .otherCertificate: "change.other-certificate"
        case .changedMeanwhile: "change.changed-meanwhile"
        case .nothingToChange: "change.nothing-to-change"
        case .server(let error): error.code
        case .authority(let error): error.code
        case .store(let error): error.code
        }
    }
}

extension StagedChangeError: CustomStringConvertible {
    /// One sentence for people.
    package var description: String {
        switch self {
        case .unknown(let id): "there is no staged change \(id)"
        case .anotherIsOpen(let id): "the change \(id) is not over yet, and one at a time is made"
        case .alreadyOver(let id, let phase): "the change \(id) is \(phase.rawValue)"
        case .notNow(let verb, let phase): "a change that is \(phase.rawValue) cannot take '\(verb)'"
        case .lastStepLeft(let phase): "the change is \(phase.rawValue), and only the last step is left"
        case .candidateRefused(let faults): "the candidate does not pass: \(faults.joined(separator: ", "))"
        case .thresholdNotReached(let progress, let threshold):
            "\(progress.confirmed) of \(progress.total) devices confirmed, and \(threshold) % must"
        case .confirmationNotWanted(let evidence, let phase):
            "nobody asks for proof of \(evidence.rawValue) while the change is \(phase.rawValue)"
        case .otherCertificate: "the fingerprint is not the candidate's"
        case .changedMeanwhile(let id): "the change \(id) took another step at the same time"
        case .nothingToChange: "HTTPS is required already"
        case .server(let error): "\(error)"
        case .authority(let error): "\(error)"
        case .store(let error): "\(error)"
        }
    }
}
