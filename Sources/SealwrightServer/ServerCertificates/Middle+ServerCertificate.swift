// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore

extension Middle {
    /// Puts in place what is served and how HTTPS stands, and keeps the file of trust anchors in step.
    func prepareServerCertificate() async throws {
        let (folder, registry) = (folder, registry)
        serverCertificates.served.observe { served in
            { try? folder.writeTrust(roots: registry.all.map(\.certificate), anchor: served.anchor) }
        }
        if let failure = try await serverCertificates.load() {
            logger.error(
                "The chosen server certificate cannot be served; the own authority's is",
                metadata: ["error": "\(failure)", "code": "\(failure.code)"])
        }
        try await prepareHTTPSMode()
    }

    /// The mode that is stored, or at installation the one that is asked for.
    ///
    /// A flag on a server that devices use already would strand them; that needs the staged change.
    private func prepareHTTPSMode() async throws {
        let stored = try await store.httpsMode()
        httpsPolicy.set(stored ?? .off)
        guard configuration.requiresHTTPS, stored != .required else { return }
        guard try await store.deviceCount(seenSince: Timestamp(seconds: 0)) == 0 else {
            logger.warning("HTTPS is not required yet: devices use this server; 'sealwright change start https' stages it")
            return
        }
        let event = AuditEvent(
            action: "https.required", at: clock.now, actor: "configuration", object: "https",
            details: ["reason": "at installation"])
        try await store.setHTTPSMode(.required, event: event)
        httpsPolicy.set(.required)
    }
}

extension DataFolder {
    /// Writes what commands on this machine trust: the roots, and the anchor of what is served.
    func writeTrust(roots: [CertificateView], anchor: CertificateView?) throws(ServerError) {
        var anchors = roots.filter(\.isSelfSigned)
        if let anchor, !anchors.contains(anchor) { anchors.append(anchor) }
        try write(
            anchors.map { PEM.encode($0.encoded, label: "CERTIFICATE") }.joined(), to: trustAnchors, isPrivate: false)
    }
}
