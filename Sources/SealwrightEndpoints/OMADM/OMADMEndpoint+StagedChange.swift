// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Logging
import OMADM
import PKIFormats
import SealwrightCore

// Devices under management confirm a staged change by what they do in their sessions: Windows knows no other way, and
// nobody has to teach agents one.

extension OMADMEndpoint {
    /// What the batches that bring the trust anchors of a change are called, before its identifier.
    static let trustPrefix = "trust:"

    /// What a device is to do for the staged change that is open: put the trust anchors of what will be served into its
    /// store of roots.
    ///
    /// That it came over HTTPS it has shown by being here. A change that cannot be read keeps no device from its session.
    func preparations(of device: DeviceID) async -> [CommandBatch] {
        guard let changes = services.changes else { return [] }
        do throws(StagedChangeError) {
            guard let (change, wanted) = try await changes.unconfirmed(by: device) else { return [] }
            let offer = try await changes.offer(of: change)
            switch wanted {
            case .trust:
                let commands = offer.anchors.flatMap { TrustedRootPayload(.root, encoded: $0).commands }
                guard !commands.isEmpty else { return [] }
                return [
                    CommandBatch(
                        id: Self.trustPrefix + change.id.rawValue, commands: commands,
                        toleratedCodes: [.alreadyExists])
                ]
            case .https:
                _ = try await changes.confirm(
                    change.id, .https, fingerprint: offer.fingerprint, by: device, role: .agent)
                return []
            }
        } catch {
            note(error, device)
            return []
        }
    }

    /// Takes a device's answer to the trust anchors of a change: once all are in its store it has confirmed.
    ///
    /// One that refuses them stays among those that `change show` names.
    func takeTrust(_ outcome: BatchOutcome, _ device: DeviceID) async {
        guard let changes = services.changes, outcome.isComplete else { return }
        guard outcome.isSuccess else {
            logger.warning(
                "A device does not take the trust anchors of a change",
                metadata: [
                    "device.id": "\(device)", "change.id": "\(outcome.id.dropFirst(Self.trustPrefix.count))",
                    "status": "\(outcome.firstFailure?.code?.rawValue ?? 0)",
                ])
            return
        }
        let id = StagedChangeID(rawValue: String(outcome.id.dropFirst(Self.trustPrefix.count)))
        do throws(StagedChangeError) {
            let offer = try await changes.offer(of: try await changes.find(id))
            _ = try await changes.confirm(id, .trust, fingerprint: offer.fingerprint, by: device, role: .agent)
        } catch {
            note(error, device)
        }
    }

    /// The change may have gone on or been given up between question and answer.
    private func note(_ error: StagedChangeError, _ device: DeviceID) {
        logger.notice(
            "A device's part in a staged change is not noted",
            metadata: ["device.id": "\(device)", "error.code": "\(error.code)", "error": "\(error)"])
    }
}
