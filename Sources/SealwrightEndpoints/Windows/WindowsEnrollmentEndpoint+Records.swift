// SPDX-License-Identifier: Apache-2.0

import Logging
package import OMADM
import SealwrightCore

extension WindowsEnrollmentEndpoint {
    /// Tells log and audit of a refusal, unless the middle has; `object` names the service or page.
    func record(_ refusal: WindowsRefusal, _ object: String, _ peer: Peer) async {
        guard !refusal.isTold else { return }
        await record(refusal.fault, code: refusal.code, sentence: refusal.sentence, object, peer)
    }

    /// Tells log and audit of a message that was refused for its form.
    func record(_ reply: MDEReply, _ service: Service, _ peer: Peer) async {
        guard let fault = reply.fault else { return }
        await record(
            fault, code: reply.cause?.code ?? fault.code, sentence: reply.cause.map { "\($0)" } ?? "",
            service.rawValue, peer)
    }

    private func record(
        _ fault: MDEFault, code: String, sentence: String, _ object: String, _ peer: Peer
    ) async {
        logger.notice(
            "Windows enrolment refused",
            metadata: [
                "request.id": "\(peer.requestID)", "service": "\(object)", "error.code": "\(code)",
                "error": "\(sentence)", "fault": "\(fault.code)", "peer": "\(peer.address)",
            ])
        let event = AuditEvent(
            action: "windows.refused", at: services.clock.now, actor: Self.via, object: object,
            outcome: code, details: ["detail": sentence, "fault": fault.code, "peer": peer.address])
        try? await services.enrollment.refusals.append(event, of: Self.via)
    }

    /// One audit line a proof of possession by SHA-1, so that somebody can be asked to update the device.
    func recordLegacyProof(_ device: String, _ peer: Peer) async {
        try? await services.store.append(
            AuditEvent(
                action: "windows.legacy-algorithm", at: services.clock.now, actor: Self.via, object: device,
                details: ["algorithms": "SHA-1", "peer": peer.address]))
    }
}

extension WindowsEnrollmentEndpoint {
    /// One audit line for terms that a device brought accepted.
    func recordTerms(of device: String, _ details: [String: String], _ peer: Peer) async {
        var details = details
        details["peer"] = peer.address
        details["terms"] = configuration.terms.digest
        try? await services.store.append(
            AuditEvent(
                action: "windows.terms-accepted", at: services.clock.now, actor: Self.via, object: device,
                details: details))
    }

    /// One audit line a sign-in: who comes with the next token, and by which invitation.
    ///
    /// - Throws: `StoreError`; without the line there is no token.
    func recordSignIn(_ user: String, by challenge: Challenge, _ appru: String, _ peer: Peer) async throws(StoreError) {
        try await services.store.append(
            AuditEvent(
                action: "windows.signed-in", at: services.clock.now, actor: Self.via, object: challenge.id.rawValue,
                details: ["user": String(user.prefix(256)), "appru": appru, "peer": peer.address]))
    }
}

extension MDEFault {
    /// The stable code: the fault's name in words with hyphens.
    package var code: String {
        let words = rawValue.map { $0.isUppercase ? "-" + $0.lowercased() : String($0) }
        return "windows." + words.joined()
    }
}
