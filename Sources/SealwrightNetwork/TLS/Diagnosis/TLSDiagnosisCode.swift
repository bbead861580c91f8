// SPDX-License-Identifier: Apache-2.0

/// Everything that can be wrong with a TLS connection, by its stable code.
///
/// The catalogue of errors and `docs/tls.md` explain each.
package enum TLSDiagnosisCode: String, Sendable, Hashable, CaseIterable {
    /// Plain octets where TLS belongs, or the other way round.
    case plainText = "SW-TLS-001"
    /// TLS is on and no certificate is chosen.
    case serialMissing = "SW-TLS-010"
    /// No certificate here has the serial number.
    case serialNotFound = "SW-TLS-011"
    /// The certificate is here and its private key is not.
    case privateKeyMissing = "SW-TLS-012"
    /// Several certificates have the serial number.
    case serialAmbiguous = "SW-TLS-013"
    /// The certificate is not valid now.
    case notValidNow = "SW-TLS-014"
    /// The certificate may not be used for this.
    case purposeMissing = "SW-TLS-015"
    /// The chain does not reach a trust anchor.
    case issuerUnknown = "SW-TLS-020"
    /// The certificate signed itself and is not installed here.
    case selfSigned = "SW-TLS-021"
    /// The certificate has another name.
    case nameMismatch = "SW-TLS-022"
    /// The certificate has another serial number than the one that is pinned.
    case pinMismatch = "SW-TLS-023"
    /// The name stands in the commonName only.
    case commonNameOnly = "SW-TLS-024"
    /// The served chain is out of order or holds what does not belong to it.
    case chainUntidy = "SW-TLS-025"
    /// The path breaks a rule of path validation.
    case pathInvalid = "SW-TLS-026"
    /// The listener wants a client certificate and there is none.
    case clientCertificateMissing = "SW-TLS-030"
    /// The client's certificate is not trusted.
    case clientCertificateUntrusted = "SW-TLS-031"
    /// A certificate of the chain is revoked.
    case revoked = "SW-TLS-040"
    /// Nothing tells whether a certificate is revoked.
    case revocationUnknown = "SW-TLS-041"
    /// Both ends have no version, suite, group or signature in common.
    case nothingInCommon = "SW-TLS-050"
    /// A key or hash is weaker than the policy allows.
    case weakAlgorithm = "SW-TLS-051"
    /// The peer offers what nobody should speak any more, or does not offer what everybody should.
    case weakOffer = "SW-TLS-052"
    /// The peer broke the protocol.
    case protocolBroken = "SW-TLS-053"
    /// Nobody accepts the connection, there is no way to the machine, or its name has no address.
    case unreachable = "SW-NET-001"
    /// Nobody answers in time.
    case timedOut = "SW-NET-002"
    /// The connection ended in the handshake without a word.
    case connectionReset = "SW-NET-003"
}

extension TLSDiagnosisCode {
    /// What happened, in a few words.
    package var title: String {
        switch self {
        case .plainText: "plain text on a TLS port"
        case .serialMissing: "no certificate chosen"
        case .serialNotFound: "certificate not installed"
        case .privateKeyMissing: "private key missing"
        case .serialAmbiguous: "serial number ambiguous"
        case .notValidNow: "certificate not valid now"
        case .purposeMissing: "wrong purpose"
        case .issuerUnknown: "issuer not trusted"
        case .selfSigned: "self-signed certificate not installed"
        case .nameMismatch: "name mismatch"
        case .pinMismatch: "serial number mismatch"
        case .commonNameOnly: "name in the commonName only"
        case .chainUntidy: "chain untidy"
        case .pathInvalid: "chain not valid"
        case .clientCertificateMissing: "client certificate missing"
        case .clientCertificateUntrusted: "client certificate not trusted"
        case .revoked: "certificate revoked"
        case .revocationUnknown: "revocation unknown"
        case .nothingInCommon: "no common version or suite"
        case .weakAlgorithm: "weak key or hash"
        case .weakOffer: "versions or suites out of date"
        case .protocolBroken: "protocol broken"
        case .unreachable: "no connection"
        case .timedOut: "no answer"
        case .connectionReset: "connection reset"
        }
    }

    /// What to do, one imperative sentence, unless more is known.
    package var remedy: String {
        switch self {
        case .plainText: "Make both ends agree: use TLS on both, or on neither, and check the port."
        case .serialMissing: "Set TLSCertificateSerial to the serial number of the certificate to use."
        case .serialNotFound:
            "Install the certificate in the store of the machine, or set TLSCertificateSerial to the serial number of the installed one."
        case .privateKeyMissing: "Import the certificate together with its private key, as a .pfx file holds both."
        case .serialAmbiguous: "Set TLSCertificateIssuer too, or remove the certificate that is not meant."
        case .notValidNow: "Renew the certificate; if it is new, check the clocks of both machines."
        case .purposeMissing:
            "Issue the certificate with the extended key usage its role needs: serverAuth for the end that listens, clientAuth for the end that connects."
        case .issuerUnknown:
            "Install the root certificate of the issuer here, and have the other end send its intermediates."
        case .selfSigned: "Install this very certificate as trusted here, or use one that an authority issued."
        case .nameMismatch:
            "Set TLS Certificate Distinguished Name to a name of the certificate, or issue one for the expected name."
        case .pinMismatch:
            "If the certificate was replaced on purpose, set TLS Certificate Serial Number to the new serial number; otherwise find out who answers here."
        case .commonNameOnly: "Issue the certificate with the name in subjectAltName."
        case .chainUntidy: "Send the own certificate first, then each issuer, and no root."
        case .pathInvalid: "Have the certificate issued anew; the evidence names the rule."
        case .clientCertificateMissing:
            "Set the TLS Certificate Serial Number of the server's own certificate, or switch TLSClientValidation off."
        case .clientCertificateUntrusted:
            "Install the connecting side's certificate, or the root of its issuer, in the store of the machine that listens."
        case .revoked:
            "Replace the certificate and its key; only when revocation need not be checked, switch the check off."
        case .revocationUnknown: "Install the newest CRL of the issuer."
        case .nothingInCommon: "Let both ends speak TLS 1.2 or 1.3 with an ECDHE suite."
        case .weakAlgorithm: "Make a new key of RSA 2048 or P-256 at least, and have it certified with SHA-256."
        case .weakOffer: "Let the peer speak TLS 1.2 and 1.3, no other version, with ECDHE and AEAD suites."
        case .protocolBroken: "Check what listens there and what stands between; keep the log of both ends."
        case .unreachable: "Check that the service runs, its port, and the firewall."
        case .timedOut: "Check the address, the route and the firewalls between."
        case .connectionReset: "Look into the peer's log; a firewall between may also cut TLS."
        }
    }
}
