// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import HTTPTypes
import Hummingbird
import PKIFormats
import SealwrightCore
import SealwrightEndpoints
import SealwrightNetwork

/// `/device/v1`: what devices and site servers ask for with their certificate as the key.
///
/// Only on the listener that asks for client certificates.
struct DeviceRoutes: Sendable {
    let authenticator: DeviceAuthenticator
    let changes: StagedChangeService
    let refusals: RefusalTrail
    let clock: any SealwrightCore.Clock
    /// Where HTTPS is.
    let https: @Sendable () -> String

    func add(to router: some RouterMethods<ListenerContext>) {
        router.get("/device/v1/changes") { _, context in
            try await answering(context) { _ in try JSON.response(ListDocument(items: try await offers(), next: nil)) }
        }
        router.post("/device/v1/changes/:id/confirm") { request, context in
            try await answering(context) { device in try await confirm(request, context, device) }
        }
    }

    /// What a device is asked to do about a change.
    struct Offer: Codable, Sendable {
        let id: String
        /// What it is to prove: `trust` after putting the anchors into its store, `https` by coming over HTTPS.
        let wanted: String
        /// SHA-256 of the certificate, hexadecimal; name it when confirming.
        let fingerprint: String
        /// Trust anchors, PEM.
        let anchors: [String]
        /// Where HTTPS is.
        let https: String
    }

    private func offers() async throws -> [Offer] {
        guard let change = try await changes.open(), let wanted = change.wanted else { return [] }
        let offer = try await changes.offer(of: change)
        return [
            Offer(
                id: change.id.rawValue, wanted: wanted.rawValue, fingerprint: Hex.encode(offer.fingerprint),
                anchors: offer.anchors.map { PEM.encode($0, label: "CERTIFICATE") }, https: https())
        ]
    }

    /// Octets of a confirmation, which has two hundred; it is read where connections are served.
    private static let confirmationLimit = 16 << 10

    private struct Confirmation: Codable {
        /// SHA-256 of the certificate or of a trust anchor of it, hexadecimal.
        var fingerprint: String
        /// `trust` or `https`.
        var evidence: String
        /// `agent` or `site-server`.
        var role: String?
    }

    private func confirm(_ request: Request, _ context: ListenerContext, _ device: Device) async throws -> Response {
        // Devices are newer or older than the server.
        let wish = try await request.tolerantJSON(Confirmation.self, limit: Self.confirmationLimit)
        guard let fingerprint = Hex.decode(wish.fingerprint.replacing(":", with: "")), fingerprint.count == 32 else {
            throw ProblemDocument.invalid("fingerprint", "is not the SHA-256 of a certificate in hexadecimal")
        }
        guard let evidence = StagedChange.Evidence(rawValue: wish.evidence) else {
            throw ProblemDocument.invalid("evidence", "choose trust or https")
        }
        guard let role = ChangeConfirmation.Role(rawValue: wish.role ?? "agent") else {
            throw ProblemDocument.invalid("role", "choose agent or site-server")
        }
        let isNew = try await changes.confirm(
            StagedChangeID(rawValue: context.parameter("id")), evidence, fingerprint: fingerprint, by: device.id,
            role: role)
        return try JSON.response(["status": isNew ? "recorded" : "known"], status: isNew ? .created : .ok)
    }

    /// Lets a device in, and turns every refusal into a problem document.
    private func answering(
        _ context: ListenerContext, _ work: (Device) async throws -> Response
    ) async throws -> Response {
        do {
            let peer = context.tls?.peer
            return try await work(try await authenticator.device(of: peer?.certificate))
        } catch let refusal as DeviceRefusal {
            await tell(refusal, context)
            return ProblemDocument(refusal).response(to: context)
        } catch let error as StagedChangeError {
            return ProblemDocument(error).response(to: context)
        } catch let problem as ProblemDocument {
            return problem.response(to: context)
        }
    }

    /// Tells the audit trail of a device that proved who it is and is not let in; of strangers it is told nothing.
    private func tell(_ refusal: DeviceRefusal, _ context: ListenerContext) async {
        guard let device = refusal.device?.rawValue else { return }
        let event = AuditEvent(
            action: "device.refused", at: clock.now, actor: "device-api", object: device, outcome: refusal.code,
            details: ["detail": refusal.description, "peer": context.peer.address])
        try? await refusals.append(event, of: device)
    }
}

extension ProblemDocument {
    /// What a client certificate's refusal is over HTTP.
    init(_ refusal: DeviceRefusal) {
        switch refusal {
        case .noCertificate: self.init(code: refusal.code, status: .unauthorized, detail: refusal.description)
        case .notOurs, .notValidNow, .revoked, .deviceRefused:
            self.init(code: refusal.code, status: .forbidden, detail: refusal.description)
        case .store(let error): self = .store(error)
        }
    }
}
