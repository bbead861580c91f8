// SPDX-License-Identifier: Apache-2.0

import Logging
import PKIFormats
import SealwrightCore
import SealwrightEndpoints

extension Middle {
    /// Puts in place what is served and how HTTPS stands, and keeps the file of trust anchors in step.
    func prepareServerCertificate() async throws {
        let (folder, registry) = (folder, registry)
        serverCertificates.served.observe { served in
            {
                try? folder.writeTrust(roots: registry.all.map(\.certificate), anchor: served.anchor)
                try? folder.writeServed(served.leaf)
            }
        }
        do throws(ServerCertificateError) {
            if let failure = try await serverCertificates.load() {
                logger.error(
                    "The chosen server certificate cannot be served; the own authority's is",
                    metadata: ["error": "\(failure)", "code": "\(failure.code)"])
            }
        } catch .noOwnCertificate {
            // A folder can be made without one; listeners refuse to start then.
            logger.warning("There is no server certificate")
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
        guard try await store.deviceCount(seenSince: Timestamp(seconds: 0), now: clock.now) == 0 else {
            logger.warning(
                "HTTPS is not required yet: devices use this server; 'sealwright change start https' stages it")
            return
        }
        let event = AuditEvent(
            action: "https.required", at: clock.now, actor: "configuration", object: "https",
            details: ["reason": "at installation"])
        try await store.setHTTPSMode(.required, event: event)
        httpsPolicy.set(.required)
    }
}

extension Middle {
    /// Where devices enrol: over HTTPS once that is offered.
    func enrollmentURL(_ endpoint: EndpointID) -> String { address.enrollmentURL(endpoint, httpsPolicy) }

    /// What devices must trust to come over HTTPS, PEM.
    var trustAnchorsText: String {
        DataFolder.trustText(roots: registry.all.map(\.certificate), anchor: serverCertificates.served.current?.anchor)
    }
}

extension DataFolder {
    /// Writes what commands on this machine trust: the roots, and the anchor of what is served.
    fileprivate func writeTrust(roots: [CertificateView], anchor: CertificateView?) throws(ServerError) {
        try write(Self.trustText(roots: roots, anchor: anchor), to: trustAnchors, isPrivate: false)
    }

    /// Writes the certificate that is served, by which commands on this machine know the server even when its name or
    /// its dates are no longer right: they are what mends that.
    fileprivate func writeServed(_ leaf: CertificateView) throws(ServerError) {
        try write(PEM.encode(leaf.encoded, label: "CERTIFICATE"), to: servedCertificate, isPrivate: false)
    }

    /// Roots and an anchor of what is served, PEM, each once.
    fileprivate static func trustText(roots: [CertificateView], anchor: CertificateView?) -> String {
        var anchors = roots.filter(\.isSelfSigned)
        if let anchor, !anchors.contains(anchor) { anchors.append(anchor) }
        return anchors.map { PEM.encode($0.encoded, label: "CERTIFICATE") }.joined()
    }
}
