// SPDX-License-Identifier: Apache-2.0

// What can be wrong with a TLS connection, on either end.

extension ErrorCatalog {
    static let tlsEntries: [Entry] = [
        Entry(
            "SW-TLS-001", "Plain text where TLS belongs",
            cause: "One end speaks TLS at this port and the other does not, or another service listens there.",
            remedy: "Make both ends agree, and check the port."),
        Entry(
            "SW-TLS-010", "No certificate is chosen",
            cause: "TLS is switched on (UseSecureSocket) and TLSCertificateSerial is blank.",
            remedy: "Set TLSCertificateSerial to the serial number of an installed certificate."),
        Entry(
            "SW-TLS-011", "The certificate is not installed",
            cause: "No certificate in the machine's store has the serial number that is set. Some tools show serial "
                + "numbers from the end; the message says when that is so.",
            remedy: "Install the certificate with its key, or correct the serial number. Colons, spaces, case and "
                + "leading zeros do not matter."),
        Entry(
            "SW-TLS-012", "The private key is missing",
            cause: "The certificate is installed without its private key, the key cannot be read, or it belongs to "
                + "another certificate.",
            remedy: "Import certificate and key together, as a .pfx file holds them."),
        Entry(
            "SW-TLS-013", "The serial number is ambiguous",
            cause: "Certificates of several issuers in the store have this serial number.",
            remedy: "Name the issuer too, or remove the certificate that is not meant."),
        Entry(
            "SW-TLS-014", "A certificate is not valid now",
            cause: "It has expired or does not begin yet, by the clock of the end that looks.",
            remedy: "Renew it; when it is new, compare the clocks of both machines."),
        Entry(
            "SW-TLS-015", "A certificate may not be used for this",
            cause: "Its key usage or extended key usage does not fit its role: the end that listens needs serverAuth, "
                + "the end that connects clientAuth.",
            remedy: "Issue one with the purpose that is needed."),
        Entry(
            "SW-TLS-020", "The issuer is not trusted",
            cause: "The chain does not reach a trust anchor: the root is not installed here, or the peer does not send "
                + "its intermediate certificates.",
            remedy: "Install the root of the issuer, and have the peer send its whole chain."),
        Entry(
            "SW-TLS-021", "A self-signed certificate is not installed here",
            cause: "Nobody but the certificate itself vouches for it, so it is trusted only where it is installed.",
            remedy: "Install this very certificate as trusted, or use one that an authority issued."),
        Entry(
            "SW-TLS-022", "The certificate has another name",
            cause: "None of its names is the one that was connected to.",
            remedy: "Set TLS Certificate Distinguished Name of the machine to a name of the certificate, or issue one "
                + "for the expected name."),
        Entry(
            "SW-TLS-023", "The certificate has another serial number",
            cause: "A serial number is set for the peer, and it shows another certificate: it was replaced, or "
                + "somebody else answers.",
            remedy: "When it was replaced on purpose, set the new serial number."),
        Entry(
            "SW-TLS-024", "The name stands in the commonName only",
            cause: "Programs of today look for host names in subjectAltName alone.",
            remedy: "Issue the certificate with the name in subjectAltName."),
        Entry(
            "SW-TLS-025", "The chain is untidy",
            cause: "The peer sends certificates out of order, twice, that do not belong to its chain, or its root.",
            remedy: "Send the own certificate, then each issuer, without the root."),
        Entry(
            "SW-TLS-026", "The chain breaks a rule",
            cause: "Path validation failed for a reason without a code of its own: a signature, constraints on names "
                + "or length, a policy, an extension, an encoding.",
            remedy: "The evidence names the rule and the certificate; have that one issued anew."),
        Entry(
            "SW-TLS-030", "The client showed no certificate",
            cause: "The end that listens requires one (TLSClientValidation), and the end that connects has none set.",
            remedy: "Set the certificate of the end that connects, or do not require one."),
        Entry(
            "SW-TLS-031", "The client's certificate is not trusted",
            cause: "The end that connects showed a certificate, and neither it nor the root of its issuer is "
                + "installed on the machine that listens.",
            remedy: "Install the certificate or its root there."),
        Entry(
            "SW-TLS-040", "A certificate is revoked",
            cause: "A certificate of the chain is on a revocation list or on the deny list.",
            remedy: "Replace certificate and key. Switch the check off only when revocation need not be checked."),
        Entry(
            "SW-TLS-041", "Nothing tells whether a certificate is revoked",
            cause: "Revocation is to be checked, and there is no current CRL of the issuer, or it cannot be used.",
            remedy: "Install the newest CRL of the issuer."),
        Entry(
            "SW-TLS-050", "No version or suite in common",
            cause: "One end speaks older versions or other suites only. Here TLS 1.2 and 1.3 with ECDHE and AEAD "
                + "suites are spoken, nothing else.",
            remedy: "Bring the other end up to date."),
        Entry(
            "SW-TLS-051", "A key or hash is too weak",
            cause: "A certificate of the chain has a short key, or was signed with MD5 or SHA-1.",
            remedy: "Make a new key of RSA 2048 or P-256 at least, and have it certified with SHA-256."),
        Entry(
            "SW-TLS-052", "The peer's versions or suites are out of date",
            cause: "It speaks a version or takes a suite that nobody should use any more, even if better ones are "
                + "there too; or, as a note, it does not speak TLS 1.3.",
            remedy: "Switch at the peer what the message names: off what is old, on what is missing."),
        Entry(
            "SW-TLS-053", "The protocol was broken",
            cause: "The peer sent something that TLS does not allow at this place.",
            remedy: "Check what listens there, and what stands between the two ends."),
        Entry(
            "SW-NET-001", "No connection was made",
            cause: "Nobody listens at that port, there is no way to the machine, or its name has no address.",
            remedy: "Check that the service runs, its port, the name and the firewall."),
        Entry(
            "SW-NET-002", "Nobody answered in time",
            cause: "The machine is off, a firewall drops the packets, or the service accepts and says nothing.",
            remedy: "Check address, route and firewalls."),
        Entry(
            "SW-NET-003", "The connection ended without a word",
            cause: "It was reset or closed in the handshake, without an alert that would say why.",
            remedy: "Look into the log of the other end; a firewall between may also cut TLS."),
    ]
}
