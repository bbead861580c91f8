// SPDX-License-Identifier: Apache-2.0

import OMADM
import PKIFormats
import SealwrightCore

/// Questions that are asked in every session and need no place in the queue: how installations stand, what a device is.
extension OMADMOrders {
    private static let statusPrefix = "status:"
    /// The name of the batch that asks what a device is.
    static let factsQuery = "facts:"

    /// Whether a batch is a question of the session's own.
    static func isQuestion(_ batch: String) -> Bool {
        batch.hasPrefix(statusPrefix) || batch == factsQuery || batch.hasPrefix(OMADMEndpoint.trustPrefix)
    }

    /// The installation a batch asks about.
    static func installation(askedBy batch: String) -> CertificateInstallationID? {
        guard batch.hasPrefix(statusPrefix) else { return nil }
        return CertificateInstallationID(rawValue: String(batch.dropFirst(statusPrefix.count)))
    }

    /// Asks what a device is.
    fileprivate static var factsBatch: CommandBatch {
        FirstSession(providerID: WindowsEnrollmentConfiguration.providerID, entDMID: "").questions(id: factsQuery)
    }

    /// Asks how an installation stands.
    static func statusQuery(_ installation: CertificateInstallation) -> CommandBatch {
        node(installation).statusQuery(id: statusPrefix + installation.id.rawValue)
    }

    /// What a session asks: how those installations stand that the device has and whose end is not known.
    ///
    /// Once a day also those that are in place, since somebody may have taken them away, and what the device is; and
    /// for a week those that were to be imported and failed: after 516 a device may have one all the same.
    func questions(for device: DeviceID, lastContact: Timestamp?) async throws(StoreError) -> [CommandBatch] {
        let isNewDay = lastContact.map { $0.seconds / 86_400 != clock.now.seconds / 86_400 } ?? true
        var all = try await store.installations(of: device, stage: nil, after: nil, limit: 200).items
        for index in all.indices where all[index].isGivenUp { all[index] = try await current(all[index]) }
        let asked = all.filter { installation in
            switch installation.stage {
            case .ordered, .removed: false
            case .failed: isNewDay && installation.kind == .pfx && isRecent(installation.failedAt)
            case .delivered, .requested, .issued, .mismatched: true
            case .installed: isNewDay
            }
        }
        return (isNewDay ? [Self.factsBatch] : []) + asked.map(Self.statusQuery)
    }

    /// The record as the authority's own records make it.
    private func current(
        _ installation: CertificateInstallation
    ) async throws(StoreError) -> CertificateInstallation {
        do {
            return try await management.reconcile(installation.id)
        } catch {
            if case .store(let failure) = error { throw failure }
            return installation
        }
    }

    private func isRecent(_ moment: Timestamp?) -> Bool {
        moment.map { clock.now.seconds(since: $0) <= 7 * 86_400 } ?? false
    }

    /// What the answer to a question says.
    static func report(
        _ outcome: BatchOutcome, of installation: CertificateInstallation, at now: Timestamp
    ) -> InstallationReport {
        guard let status = CertificateInstallationStatus(outcome, of: node(installation)) else {
            // Where the node itself is gone all below it is; one that is absent alone says nothing.
            let isGone = !outcome.statuses.isEmpty && outcome.statuses.allSatisfy { $0.code == .notFound }
            return isGone ? .absent(at: now) : InstallationReport(status: nil, at: now)
        }
        return InstallationReport(
            status: number(status, installation.kind), errorCode: status.errorCode.map(Int32.init(bitPattern:)),
            thumbprint: status.state == .finished ? status.thumbprint ?? "" : nil,
            reason: status.errorCode.flatMap { $0 == 0 ? nil : WindowsErrorText.of($0) }, at: now)
    }

    private static func number(
        _ status: CertificateInstallationStatus, _ kind: CertificateInstallation.Kind
    ) -> Int? {
        switch (status.state, kind) {
        case (.finished, .scep): 1
        case (.pending, .scep): 2
        case (.failed, .scep): 16
        case (.unknown, _): 32
        case (.finished, .pfx): 0
        case (.failed, .pfx), (.pending, .pfx): Int(status.errorCode ?? 1)
        case (.other(let number), _): Int(exactly: number)
        }
    }

    static func node(_ installation: CertificateInstallation) -> CertificateInstallNode {
        CertificateInstallNode(
            installation.kind == .scep ? .scep : .pfx, scope: installation.scope.tree,
            uniqueID: installation.uniqueID)
    }
}
