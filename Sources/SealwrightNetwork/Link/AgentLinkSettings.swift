// SPDX-License-Identifier: Apache-2.0

package import PKIFormats
import TrustEvaluation

/// The settings of a scheduling agent that decide its TLS, named as in its `MSLSAM.ini`.
///
/// The agent listens: it is the TLS server, and the scheduling server is its client.
package struct AgentLinkSettings: Sendable, Hashable {
    /// `UseSecureSocket`: TLS on.
    package var useSecureSocket = false
    /// `TLSCertificateSerial`: the certificate the agent shows.
    package var certificateSerial = ""
    /// `TLSClientValidation`: the scheduling server must show a certificate that is trusted here.
    package var clientValidation = false
    /// `TLSCheckCertificateRevocation`: no certificate of the chain may be on a local CRL.
    package var checkCertificateRevocation = false
    /// The issuer, when two authorities used the same serial number.
    package var certificateIssuer: DistinguishedName?
    package var minimumVersion = TLSServerSettings.MinimumVersion.tls12

    package init(useSecureSocket: Bool = false, certificateSerial: String = "") {
        self.useSecureSocket = useSecureSocket
        self.certificateSerial = certificateSerial
    }

    /// The listener these settings ask for, `nil` when they ask for none.
    ///
    /// - Parameters:
    ///   - store: the certificates of the machine.
    ///   - now: the moment, asked for at each judgement.
    ///   - failed: told of every handshake that came to nothing.
    /// - Returns: the listener.
    /// - Throws: ``TLSDiagnosis``; then no listener may be opened, with TLS or without.
    package func listener(
        store: LinkStore, now: @escaping @Sendable () -> Timestamp = { .systemClock },
        failed: @escaping @Sendable (TLSEvent) -> Void = { _ in }
    ) throws(TLSDiagnosis) -> TLSListener? {
        guard useSecureSocket else { return nil }
        let own = try CertificateSelection(serial: certificateSerial, issuer: certificateIssuer)
            .find(in: store.candidates, at: now())
        try check(own.certificate, at: now())
        var settings = TLSServerSettings(
            minimumVersion: minimumVersion, applicationProtocols: [Self.applicationProtocol])
        if clientValidation {
            var trust = PeerTrust(anchors: store.trusted.map { TrustAnchor($0) }, purpose: .clientAuth)
            trust.now = now
            if checkCertificateRevocation { trust.revocation = store.revocationSettings }
            settings.clientCertificates = .required(
                authorities: store.trusted.filter(\.isCertificateAuthority), trust: trust)
        }
        do {
            return try TLSListener(settings, serving: try store.identity(of: own.certificate), failed: failed)
        } catch {
            throw TLSDiagnosis(.privateKeyMissing, error.description)
        }
    }

    /// The ALPN name of the link.
    package static let applicationProtocol = "sealwright-link/1"

    /// What the agent itself can see is wrong with its certificate, before anybody connects.
    private func check(_ certificate: CertificateView, at now: Timestamp) throws(TLSDiagnosis) {
        if let notAfter = certificate.notAfter, now > notAfter {
            throw TLSDiagnosis(.notValidNow, "The agent's certificate \(certificate.subject) ended at \(notAfter).")
        }
        if let notBefore = certificate.notBefore, now < notBefore {
            throw TLSDiagnosis(.notValidNow, "The agent's certificate \(certificate.subject) begins at \(notBefore).")
        }
        if let purposes = certificate.extendedKeyUsage,
            !purposes.contains(.serverAuth), !purposes.contains(.anyExtendedKeyUsage)
        {
            let list = purposes.purposes.map(\.nameOrDotted).joined(separator: ", ")
            throw TLSDiagnosis(
                .purposeMissing, "The agent listens, and its certificate \(certificate.subject) is for \(list) only.")
        }
    }
}
