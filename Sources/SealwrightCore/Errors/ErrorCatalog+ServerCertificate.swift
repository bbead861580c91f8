// SPDX-License-Identifier: Apache-2.0

// The server's certificate from elsewhere, and the expiry radar.

extension ErrorCatalog {
    static let serverCertificateEntries: [Entry] = [
        Entry(
            "servercert.unknown", "No server certificate has this identifier",
            cause: "It was typed wrong, or belongs to another server.",
            remedy: "`sealwright server-certificate list` shows the identifiers."),
        Entry(
            "servercert.no-request", "The certificate answers no request that waits",
            cause: "Its key is not that of any request made here, or the request was answered or discarded before.",
            remedy:
                "Bring the answer to a request of `sealwright server-certificate list`, or a PFX that holds the key."),
        Entry(
            "servercert.unreadable", "The file holds nothing that can be served",
            cause: "It is neither PEM, DER, PKCS#7 nor PFX, it is damaged, or the password does not open it.",
            remedy: "`sealwright inspect FILE` shows what it is. Give the password with `--password-file`."),
        Entry(
            "servercert.refused", "The certificate did not pass the checks",
            cause: "Key, chain, name, life, purpose and algorithms are checked before a certificate can be served.",
            remedy: "The message names every fault. What was served goes on being served."),
        Entry(
            "servercert.key-mismatch", "The certificate belongs to another key",
            cause: "None of the certificates has the key of the request or of the file.",
            remedy: "Bring the certificate that answers this request, or a PFX that holds its own key."),
        Entry(
            "servercert.life-too-long", "The certificate lives longer than clients allow",
            cause: "iOS and macOS refuse certificates of servers that live more than 825 days, whoever signed them; "
                + "public authorities must stay far below.",
            remedy: "Get one that lasts 825 days or less, unless no Apple device connects."),
        Entry(
            "servercert.life-too-short", "The certificate ends too soon",
            cause: "At least 30 days must be left when a certificate is taken in.",
            remedy: "Get one that lasts longer."),
        Entry(
            "servercert.key-type", "TLS clients cannot use this kind of key",
            cause: "Clients in use accept RSA and elliptic curves only.",
            remedy: "Make a request with `--key rsa-2048` or `--key ec-p256`."),
        Entry(
            "servercert.not-rsa", "The key is not RSA",
            cause: "Some older clients, and the requirements of ITMS 7.5, ask for RSA.",
            remedy: "Use an RSA key unless all devices are known to do without."),
        Entry(
            "servercert.authority-as-leaf", "The certificate is an authority's",
            cause: "Its basicConstraints say CA:TRUE. Whoever takes the server's key can issue certificates with it.",
            remedy: "Get one whose basicConstraints say CA:FALSE; `openssl req -x509` says CA:TRUE by itself."),
        Entry(
            "servercert.other-names-missing", "Other names of the server are not in the certificate",
            cause: "The server is started with more than one `--host`, and the certificate has not all of them.",
            remedy: "Ask for all names, or stop using those that are missing."),
        Entry(
            "servercert.clients-do-not-trust", "Devices do not trust the new root yet",
            cause:
                "The certificate leads to a root that is neither this server's own nor a public one, and devices are "
                + "at work that would lose the connection.",
            remedy: "Stage it: `sealwright change start server-certificate ID`. Devices confirm, then it is finalized. "
                + "`--accept-stranding` goes on without them."),
        Entry(
            "servercert.wrong-state", "It is not in a state for this",
            cause:
                "A request has no certificate yet; one that was discarded has no key any more; one that was served "
                + "takes no other answer.",
            remedy:
                "`sealwright server-certificate show ID` tells the state. For another certificate make a new request."),
        Entry(
            "servercert.in-use", "It is served, is the one to go back to, or waits in a change",
            cause:
                "The key of a certificate that is served, was just before, or is to be by a staged change is needed.",
            remedy: "Activate another one first, twice if need be, or cancel the change."),
        Entry(
            "servercert.change-is-open", "A staged change decides which certificate is served",
            cause: "A change with another server certificate is open; what is served must not change beside it.",
            remedy: "`sealwright change show` tells how far it is; finalize or cancel it first."),
        Entry(
            "servercert.nothing-to-roll-back", "No other certificate was served before",
            cause: "The server shows what it showed from the beginning.",
            remedy: "`sealwright server-certificate list` shows the candidates."),
        Entry(
            "servercert.ended", "The certificate has ended",
            cause: "A candidate waited too long, or the one before ran out.",
            remedy:
                "Get a new one: `sealwright server-certificate csr`. `activate own` serves the one that renews itself."),
        Entry(
            "servercert.changed-meanwhile", "Somebody else changed it at the same time",
            cause: "Two activations or imports met; one of them won.",
            remedy: "Look with `sealwright server-certificate show`, then repeat if it is still wanted."),
        Entry(
            "servercert.name-not-usable", "The name cannot stand in a certificate",
            cause: "A host name has letters, digits, hyphens and dots only; a wildcard is the whole left-most label.",
            remedy: "Give the full name that devices use, or an address."),
        Entry(
            "servercert.no-own-certificate", "The own authority has issued no server certificate",
            cause: "Its key is offline, or no host name was known.",
            remedy: "`sealwright doctor` tells why; start with `--host NAME`."),
        Entry(
            "cli.no-candidate", "There is no candidate to take",
            cause: "No certificate was imported or made that waits to be served.",
            remedy: "`sealwright server-certificate import FILE` brings one; `list` shows what there is."),
        Entry(
            "cli.nothing-to-check", "There is nothing to check",
            cause: "The folders and lists that were named hold no certificate and no host.",
            remedy: "Name files, folders with certificates, or HOST:PORT."),
        Entry(
            "cli.is-a-folder", "This is a folder",
            cause: "The command looks at one certificate, and a folder may hold many.",
            remedy: "Name the file; `sealwright check FOLDER` looks at all of them."),
        Entry(
            "cli.two-formats", "Two forms of output were asked for",
            cause: "`--json` and another `--format` exclude each other.",
            remedy: "Give one of them."),
        Entry(
            "cli.no-open-change", "No change goes on",
            cause: "Every staged change was finalized or cancelled.",
            remedy: "Name one with its identifier, or start one with `sealwright change start`."),
        Entry(
            "https.required", "This server answers over HTTPS only",
            cause: "HTTPS is required. Plain HTTP answers SCEP, CRL, OCSP, CA certificates and the trust page only.",
            remedy: "Use the HTTPS address in the answer. `/trust` has the certificates to trust."),
        Entry(
            "expiry.watched-already", "This is watched already",
            cause: "A server or file is watched once.",
            remedy: "`sealwright expiry watch list` shows it."),
        Entry(
            "expiry.unreachable", "A watched certificate cannot be read",
            cause: "The server did not answer, or the file is not there or holds no certificate.",
            remedy: "The watch tells the reason; the end that was seen last goes on being watched."),
    ]

    static let stagedChangeEntries: [Entry] = [
        Entry(
            "change.unknown", "No staged change has this identifier",
            cause: "It was typed wrong, or belongs to another server.",
            remedy: "`sealwright change list` shows the identifiers."),
        Entry(
            "change.another-is-open", "Another change goes on",
            cause: "One change at a time: two would ask devices for different things.",
            remedy: "Finish it with `sealwright change finalize ID`, or give it up with `sealwright change cancel ID`."),
        Entry(
            "change.already-over", "The change is over",
            cause: "It was finalized or cancelled.",
            remedy: "Start a new one with `sealwright change start`."),
        Entry(
            "change.not-now", "This step cannot be taken in this phase",
            cause: "Phases follow each other: planned, checked, trust-staged, dual, enforced, final.",
            remedy: "`sealwright change show ID` tells the phase; `advance` takes the next step."),
        Entry(
            "change.last-step-left", "Only the last step is left",
            cause: "`advance` never takes the last step, because nothing leads back from it.",
            remedy: "`sealwright change finalize ID` takes it."),
        Entry(
            "change.candidate-refused", "The candidate did not pass the checks",
            cause: "It has ended or is near its end, its name or chain does not fit, or its key is not here.",
            remedy: "The message names the codes. Choose another candidate."),
        Entry(
            "change.threshold-not-reached", "Too few devices confirmed",
            cause: "Of the devices seen in the last 30 days that hold a good certificate nearly all must have "
                + "confirmed, or they would be lost.",
            remedy: "`sealwright change show ID` names those that have not. Wait, or name each with `--without`. "
                + "Devices that have their certificate by SCEP alone never confirm: `--without-at-most N` goes on "
                + "without them."),
        Entry(
            "change.confirmation-not-wanted", "Nobody asks for this proof now",
            cause: "The change is in another phase.",
            remedy: "Ask `/device/v1/changes` what is wanted."),
        Entry(
            "change.other-certificate", "The device confirmed another certificate",
            cause: "The fingerprint is neither the candidate's nor that of its trust anchor.",
            remedy: "Ask `/device/v1/changes` again, then confirm."),
        Entry(
            "change.changed-meanwhile", "The change took another step at the same time",
            cause: "Two administrators met, or the phase named in `from` is over; one of them won.",
            remedy: "Look with `sealwright change show ID`, then repeat if it is still wanted."),
        Entry(
            "change.nothing-to-change", "HTTPS is required already",
            cause: "It was required at installation or by an earlier change.",
            remedy:
                "Nothing is to be done. To show another certificate, `sealwright change start server-certificate ID`."),
        Entry(
            "device.no-certificate", "No client certificate was shown",
            cause: "The device listener knows devices by their certificates, and this connection has none.",
            remedy: "Use the certificate the device enrolled, with its key."),
        Entry(
            "device.certificate-not-ours", "The client certificate is not a device's of this server",
            cause: "Another authority issued it, or it was issued to nobody the server knows as a device.",
            remedy: "Enrol the device with this server."),
        Entry(
            "device.certificate-not-valid", "The client certificate is not valid now",
            cause: "It has ended, or its life has not begun.",
            remedy: "Renew it; check the clock."),
        Entry(
            "device.certificate-revoked", "The client certificate is revoked",
            cause: "An administrator revoked it or put it on hold.",
            remedy: "Enrol again, or release it from hold."),
        Entry(
            "device.refused", "The device is not let in",
            cause: "An administrator blocked or retired it.",
            remedy: "`sealwright device approve ID` lets it in again."),
        Entry(
            "device.retired", "The device is retired",
            cause: "It is gone for good and is refused everywhere already, so that it cannot be blocked.",
            remedy: "Nothing; `sealwright device approve ID` lets it in again should it come back."),
    ]
}
