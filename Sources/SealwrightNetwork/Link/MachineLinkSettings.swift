// SPDX-License-Identifier: Apache-2.0

package import PKIFormats
package import TrustEvaluation

/// The settings of a machine in the scheduling server that decide TLS to its agent, named as in its advanced settings.
package struct MachineLinkSettings: Sendable, Hashable {
    /// The machine's name.
    package var name: String
    /// `Fully Qualified Domain Name`.
    package var fullyQualifiedDomainName = ""
    /// `TLS Certificate Distinguished Name`: the name to find in the agent's certificate instead.
    package var certificateDistinguishedName = ""
    /// `TLS Certificate Serial Number`: which certificate the agent must have; needed for self-signed ones.
    package var certificateSerialNumber = ""
    /// `Check Certificate Revocation List`.
    package var checkRevocationList = false
    package var minimumVersion = TLSServerSettings.MinimumVersion.tls12

    package init(name: String) { self.name = name }

    /// The settings of a connection to the agent.
    ///
    /// A self-signed certificate is accepted when it is among the trusted ones *and* its serial number is set.
    ///
    /// - Parameters:
    ///   - store: the certificates of the server's machine.
    ///   - serverSerial: the serial number of the certificate the server shows; blank for none.
    ///   - now: the moment, asked for at each judgement.
    /// - Returns: the settings.
    /// - Throws: ``TLSDiagnosis`` when a setting cannot be read or the server's own certificate is not here.
    package func clientSettings(
        store: LinkStore, serverSerial: String = "", now: @escaping @Sendable () -> Timestamp = { .systemClock }
    ) throws(TLSDiagnosis) -> TLSClientSettings {
        let pinned = try pinnedSerial()
        let trusted = store.trusted.filter { certificate in
            !certificate.isSelfSigned || certificate.isCertificateAuthority || certificate.serialNumber == pinned
        }
        var trust = PeerTrust(anchors: trusted.map { TrustAnchor($0) }, purpose: .serverAuth, names: [try expectedName])
        trust.now = now
        trust.serialNumber = pinned
        if checkRevocationList { trust.revocation = store.revocationSettings }
        var settings = TLSClientSettings(trust: trust)
        settings.minimumVersion = minimumVersion
        settings.applicationProtocols = [AgentLinkSettings.applicationProtocol]
        if !serverSerial.isEmpty {
            let own = try CertificateSelection(serial: serverSerial).find(in: store.candidates, at: now())
            do {
                settings.identity = try store.identity(of: own.certificate)
            } catch {
                throw TLSDiagnosis(.privateKeyMissing, error.description)
            }
        }
        return settings
    }

    /// The name to find in the agent's certificate: the override, the FQDN, the machine's name.
    package var expectedName: ReferenceName {
        get throws(TLSDiagnosis) {
            guard certificateDistinguishedName.isEmpty else {
                do {
                    return try .override(certificateDistinguishedName)
                } catch {
                    throw TLSDiagnosis(
                        .nameMismatch,
                        "TLS Certificate Distinguished Name \"\(certificateDistinguishedName)\" cannot be read: \(error)."
                    )
                }
            }
            return fullyQualifiedDomainName.isEmpty ? .machineName(name) : .host(fullyQualifiedDomainName)
        }
    }

    private func pinnedSerial() throws(TLSDiagnosis) -> SerialNumber? {
        guard !certificateSerialNumber.isEmpty else { return nil }
        guard let octets = CertificateSelection.octets(of: certificateSerialNumber) else {
            throw TLSDiagnosis(
                .pinMismatch, "TLS Certificate Serial Number \"\(certificateSerialNumber)\" is no hexadecimal number.")
        }
        return SerialNumber(octets: [0] + octets)
    }
}
