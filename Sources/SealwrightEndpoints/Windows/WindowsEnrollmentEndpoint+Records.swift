// SPDX-License-Identifier: Apache-2.0

import Logging
package import OMADM
import SealwrightCore

extension WindowsEnrollmentEndpoint {
    /// Tells log and audit of a refusal, unless the middle has.
    func record(_ refusal: WindowsRefusal, _ service: Service, _ peer: Peer) async {
        guard !refusal.isTold else { return }
        await record(refusal.fault, code: refusal.code, sentence: refusal.sentence, service, peer)
    }

    /// Tells log and audit of a message that was refused for its form.
    func record(_ reply: MDEReply, _ service: Service, _ peer: Peer) async {
        guard let fault = reply.fault else { return }
        await record(
            fault, code: reply.cause?.code ?? fault.code, sentence: reply.cause.map { "\($0)" } ?? "", service, peer)
    }

    private func record(
        _ fault: MDEFault, code: String, sentence: String, _ service: Service, _ peer: Peer
    ) async {
        logger.notice(
            "Windows enrolment refused",
            metadata: [
                "request.id": "\(peer.requestID)", "service": "\(service.rawValue)", "error.code": "\(code)",
                "error": "\(sentence)", "fault": "\(fault.code)", "peer": "\(peer.address)",
            ])
        try? await services.store.append(
            AuditEvent(
                action: "windows.refused", at: services.clock.now, actor: Self.via, object: service.rawValue,
                outcome: code, details: ["detail": sentence, "fault": fault.code, "peer": peer.address]))
    }

    /// One audit line a proof of possession by SHA-1, so that somebody can be asked to update the device.
    func recordLegacyProof(_ device: String, _ peer: Peer) async {
        try? await services.store.append(
            AuditEvent(
                action: "windows.legacy-algorithm", at: services.clock.now, actor: Self.via, object: device,
                details: ["algorithms": "SHA-1", "peer": peer.address]))
    }
}

extension MDEFault {
    /// The stable code: the fault's name in words with hyphens.
    package var code: String {
        let words = rawValue.map { $0.isUppercase ? "-" + $0.lowercased() : String($0) }
        return "windows." + words.joined()
    }
}
