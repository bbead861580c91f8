// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// Marks identifiers of staged changes, `sg_…`.
package enum StagedChangeKind: IdentifierKind { package static let prefix = "sg" }

package typealias StagedChangeID = Identifier<StagedChangeKind>

/// A change of what devices must trust or how they must connect, made in steps that each can be taken back.
///
/// ```
/// planned ─ checked ─ trust-staged ─ dual ─ enforced ─ final        requiring HTTPS
/// planned ─ checked ─ trust-staged ─────────────────── final        another server certificate, another authority
/// ```
///
/// HTTPS is *off* up to trust-staged, *offered* in dual, *required* from enforced on. Every step but the last can be
/// taken back, and until the last the whole change can be cancelled; then everything is as before it. The last step
/// needs nearly every device to have confirmed, or the names of those that have not.
///
/// This is a value without I/O: an event goes in, the actions to carry out come out.
package struct StagedChange: Sendable, Hashable, Codable {
    /// What changes.
    package enum Subject: Sendable, Hashable, Codable {
        /// Devices must use HTTPS; with another server certificate, when one is named.
        case requireHTTPS(candidate: ServerCertificateID?)
        /// The server shows another certificate.
        case serverCertificate(ServerCertificateID)
        /// Another authority issues.
        case authority(AuthorityID)
    }

    /// The server certificate that the change is about, if there is one.
    package var candidate: ServerCertificateID? {
        switch subject {
        case .requireHTTPS(let candidate): candidate
        case .serverCertificate(let candidate): candidate
        case .authority: nil
        }
    }

    /// How far the change came.
    package enum Phase: String, Sendable, Codable, CaseIterable {
        /// Written down; nothing happened yet.
        case planned
        /// Every check of the candidate passed.
        case checked
        /// Devices are told the new trust anchors and confirm them.
        case trustStaged = "trust-staged"
        /// HTTP and HTTPS both answer; devices confirm over HTTPS.
        case dual
        /// Plain HTTP answers nothing but what protects itself.
        case enforced
        /// Done; no way back but a new change.
        case final
        /// Given up; everything is as before.
        case cancelled

        /// Whether nothing more happens to the change.
        var isOver: Bool { self == .final || self == .cancelled }
    }

    package let id: StagedChangeID
    package let subject: Subject
    package internal(set) var phase: Phase
    /// Per cent of the devices that must have confirmed before the last step.
    package let threshold: Int
    /// How HTTPS stood when the change began; what a cancelled change returns to.
    package let httpsBefore: HTTPSMode
    package let createdAt: Timestamp
    package let createdBy: String
    package var updatedAt: Timestamp

    /// Plans a change.
    package init(
        id: StagedChangeID, subject: Subject, threshold: Int = 99, httpsBefore: HTTPSMode, createdAt: Timestamp,
        createdBy: String
    ) {
        self.init(
            id: id, subject: subject, phase: .planned, threshold: threshold, httpsBefore: httpsBefore,
            createdAt: createdAt, createdBy: createdBy, updatedAt: createdAt)
    }

    /// A change as it was stored.
    package init(
        id: StagedChangeID, subject: Subject, phase: Phase, threshold: Int, httpsBefore: HTTPSMode,
        createdAt: Timestamp, createdBy: String, updatedAt: Timestamp
    ) {
        self.id = id
        self.subject = subject
        self.phase = phase
        self.threshold = min(max(threshold, 1), 100)
        self.httpsBefore = httpsBefore
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.updatedAt = updatedAt
    }
}

/// Whether plain HTTP still serves devices.
package enum HTTPSMode: String, Sendable, Codable, CaseIterable {
    /// Nobody is told to use it.
    case off
    /// Both answer, and devices are told HTTPS addresses.
    case offered
    /// Plain HTTP answers nothing but what protects itself.
    case required
}

// MARK: - Events and actions

extension StagedChange {
    /// What happened or is asked for.
    package enum Event: Sendable, Hashable {
        /// The candidate was judged; the codes of what is wrong, none when it passed.
        case judged(faults: [String])
        /// Go to the next phase but the last.
        ///
        /// `progress` is of what the step needs, ``gate``; `without` are the devices the administrator goes on without.
        case advance(progress: ChangeProgress, without: LaggardConsent)
        /// Take the last step back.
        case stepBack
        /// Give the whole change up.
        case cancel
        /// Take the last step.
        case finalize(progress: ChangeProgress, without: LaggardConsent)
        /// A device says that it is ready.
        case confirmed(Evidence)
    }

    /// What a device proved.
    package enum Evidence: String, Sendable, Codable, CaseIterable {
        /// It trusts the candidate.
        case trust
        /// It came over HTTPS to the certificate that is to stay.
        case https
    }

    /// What is to be done, in this order, before the new phase is stored.
    package enum Action: Sendable, Hashable {
        /// Judge the candidate and feed the result back.
        case judgeCandidate
        /// Show this certificate from now on.
        case activate(ServerCertificateID)
        /// Show what was shown before the change.
        case rollBack(ServerCertificateID)
        /// How plain HTTP answers from now on.
        case setHTTPS(HTTPSMode)
        /// Let the staged authority issue.
        case rotate(AuthorityID)
        /// Keep the confirmation.
        case record(Evidence)
    }

    /// Whether the change still goes on.
    package var isOpen: Bool { phase != .final && phase != .cancelled }

    /// What devices are asked to prove now; `nil` when nothing.
    package var wanted: Evidence? {
        switch phase {
        case .trustStaged: .trust
        case .dual, .enforced: .https
        case .planned, .checked, .final, .cancelled: nil
        }
    }

    /// What nearly every device must have proved before the next step; `nil` when that step strands nobody.
    package var gate: Evidence? {
        switch (phase, subject) {
        // Showing another certificate loses those that do not trust it, if they use HTTPS already.
        case (.trustStaged, .requireHTTPS(let candidate)): candidate == nil ? nil : .trust
        case (.trustStaged, _): .trust
        case (.dual, _), (.enforced, _): .https
        default: nil
        }
    }
}
