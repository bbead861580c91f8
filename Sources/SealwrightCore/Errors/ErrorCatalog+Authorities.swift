// SPDX-License-Identifier: Apache-2.0

// Authorities, revocation, CRLs and the state of the server.

extension ErrorCatalog {
    static let authorityEntries: [Entry] = [
        Entry(
            "authority.clients-do-not-trust", "Managed devices do not trust the root of that authority",
            cause:
                "The server's own certificate comes from the authority that issues. Devices under management know the "
                + "server by its root, and would find another one.",
            remedy:
                "Stage it (without `--activate`), then `sealwright change start authority`: devices confirm, then it is "
                + "finalized. `--accept-stranding` goes on without them."),
        Entry(
            "authority.not-initialized", "There is no certification authority yet",
            cause: "The data folder is new, or another one than you meant.",
            remedy: "`sealwright up` or `sealwright init --data DIR` makes a hierarchy. Check the path after "
                + "`--data`."),
        Entry(
            "authority.unknown", "No authority has this name",
            cause: "Authorities are named by short names such as `root`, `issuing` and `issuing-2`.",
            remedy: "`sealwright ca list` shows the names."),
        Entry(
            "authority.unavailable", "The endpoint's authority cannot work now",
            cause: "The issuing authority or the key that opens SCEP requests is not here, so the server asks "
                + "clients to come back later.",
            remedy: "`sealwright doctor` opens every key and says which one is missing."),
        Entry(
            "authority.expired", "The issuing authority has ended",
            cause: "Its certificate's life is over, so nothing that it issued verifies any more.",
            remedy: "`sealwright ca rotate --stage` and `sealwright ca rotate` make the next one; for a root kept "
                + "elsewhere `sealwright ca csr`. Devices must then enrol anew."),
        Entry(
            "authority.revoked", "The issuing authority is revoked",
            cause: "Its certificate was revoked or put on hold, so nothing that it issued is believed any more, and it "
                + "issues nothing.",
            remedy: "`sealwright ca rotate --stage` and `sealwright ca rotate` make the next one; devices must then "
                + "enrol anew. A hold ends with `sealwright certificate release`."),
        Entry(
            "authority.key-offline", "The authority's key is not on this machine",
            cause: "It was exported and removed (as a root's should be), lives on another machine, or its file is "
                + "missing or cannot be opened.",
            remedy: "For a root: `sealwright ca root restore` brings the exported key back for as long as it has "
                + "something to sign. For an issuing authority: restore the `keys` folder from a backup."),
        Entry(
            "authority.not-a-root", "Only the key of an authority above the issuing one can be taken away",
            cause: "An issuing authority signs certificates, CRLs and OCSP signers every day and needs its key "
                + "here. One that has retired still signs the CRL of what it issued.",
            remedy: "Name the root, or what stands between it and the issuing authority. To stop an issuing "
                + "authority, rotate to a successor."),
        Entry(
            "authority.no-successor", "No successor is staged",
            cause: "`ca rotate` switches to an authority that was prepared before, and there is none.",
            remedy: "Stage one with `sealwright ca rotate --stage`, give devices some weeks to learn it, then "
                + "rotate."),
        Entry(
            "authority.successor-staged", "A successor is staged already",
            cause: "One authority at a time can be the next one.",
            remedy: "`sealwright ca rotate` lets it issue, `sealwright ca rotate --discard` gives it up; then stage "
                + "another."),
        Entry(
            "authority.successor-revoked", "The staged successor is revoked",
            cause: "The certificate of the authority that is staged was revoked or put on hold: after the switch "
                + "nobody would get a certificate.",
            remedy: "`sealwright ca rotate --discard` gives it up, then `sealwright ca rotate --stage` stages another. "
                + "A hold ends with `sealwright certificate release`."),
        Entry(
            "authority.certificate-not-usable", "The certificate cannot be an authority's",
            cause: "An authority's certificate must say CA:TRUE, allow signing certificates and CRLs, be valid "
                + "now, and come with the certificates above it up to a self-signed root. Those must be valid too, be "
                + "authorities', and allow by their path lengths one more authority below.",
            remedy: "The message names what is missing. `sealwright inspect FILE` shows the certificate; add the "
                + "rest of the chain with `--chain`."),
        Entry(
            "authority.crl-not-usable", "The CRL cannot be taken in",
            cause:
                "The CRL that comes with an authority tells what was revoked where it was before. It must be a whole "
                + "CRL of that authority, signed with its key and not made in the future.",
            remedy: "The message says what is wrong. Fetch the newest whole CRL from where the authority was; "
                + "`sealwright inspect FILE` shows what a file holds."),
        Entry(
            "authority.key-mismatch", "The private key does not belong to the certificate",
            cause: "The public half of the key is not the key in the certificate.",
            remedy: "Give the key that was used for this certificate's request."),
        Entry(
            "authority.request-unknown", "No request waits for this certificate",
            cause: "A certificate came without a private key, so it must be the answer to a request that was made "
                + "here with `sealwright ca csr`; none of the requests that wait has its key.",
            remedy: "`sealwright ca csr list` shows what waits. For an authority whose key was made elsewhere, "
                + "give the key too: `sealwright ca import --key`."),
        Entry(
            "authority.key-type-not-allowed", "This key type cannot do this work",
            cause: "SCEP clients encrypt their requests with RSA, so the RA needs an RSA key of 2048 or 3072 bits; "
                + "longer ones make every request six times as expensive.",
            remedy: "Choose `rsa-2048` or `rsa-3072`. The issuing authority itself may have any type when the RA "
                + "has a key of its own."),
        Entry(
            "authority.name-not-usable", "The name cannot be used",
            cause: "The names of authorities go into commonName, which has at most 64 characters and no control "
                + "characters.",
            remedy: "Choose a name of 1 to 40 printable characters."),
        Entry(
            "authority.plan-refused", "The server's own certificate was not issued",
            cause: "The certificate of an authority, RA, OCSP signer or of the server itself broke a rule of its "
                + "profile, or its signature failed. The old one, if there is one, stays in use.",
            remedy: "The message names the rule. Host names given with `--host` are the usual cause."),
        Entry(
            "authority.signature-invalid", "A signature of the authority's key does not verify",
            cause: "Every CRL is checked before it is published, and this one did not verify: faulty memory, a "
                + "failing token, or a key that does not belong to the certificate. The CRL before is still served.",
            remedy: "Stop the server and test the machine's memory, then check the key with `sealwright doctor`."),
        Entry(
            "identity.missing", "A certificate of the server's own is missing",
            cause: "The SCEP RA or the OCSP signer does not exist, or its key cannot be opened.",
            remedy: "It is made at the next start or round of maintenance; if not, the log says why."),
        Entry(
            "identity.expired", "A certificate of the server's own has ended",
            cause: "Renewal at two thirds of its life did not succeed for the whole last third.",
            remedy: "The log holds the cause of every attempt. A full disk and a missing issuing key are the usual "
                + "ones."),
    ]

    static let revocationEntries: [Entry] = [
        Entry(
            "revocation.not-found", "No certificate has this serial",
            cause: "Nothing issued here has this serial number. Serials are hexadecimal; colons and case do not "
                + "matter.",
            remedy: "`sealwright certificate list --subject TEXT` finds certificates by name."),
        Entry(
            "revocation.already-revoked", "The certificate is revoked already",
            cause: "A revocation is final. Only a certificate on hold can be revoked once more, for a final reason.",
            remedy: "Nothing is to do; the message tells when and why it was revoked."),
        Entry(
            "revocation.not-on-hold", "The certificate is not on hold",
            cause: "Only certificates revoked with the reason certificateHold can be released.",
            remedy: "`sealwright certificate show SERIAL` tells the status. A revoked device needs a new "
                + "certificate."),
        Entry(
            "revocation.own-certificate", "It is the server's own certificate",
            cause: "Revoking an authority, the RA, the OCSP signer or the server's TLS certificate affects every "
                + "device, so it has to be asked for twice.",
            remedy: "Repeat the command with `--force` if you mean it. The RA, OCSP signer and TLS certificate are "
                + "then replaced at once; for an authority, stage a successor first."),
        Entry(
            "revocation.reason-not-allowed", "The reason cannot be used",
            cause: "removeFromCRL is not a reason to revoke; it is how delta CRLs tell that a hold was released.",
            remedy: "To release a certificate from hold use `sealwright certificate release SERIAL`. "
                + "Otherwise choose keyCompromise, affiliationChanged, superseded, cessationOfOperation, "
                + "certificateHold, privilegeWithdrawn, cACompromise, aACompromise or unspecified."),
        Entry(
            "revocation.invalidity-date-in-future", "The invalidity date lies in the future",
            cause: "It tells since when the key is known or suspected to be bad, which cannot be later than now.",
            remedy: "Give a moment in the past, in UTC, or leave it out."),
        Entry(
            "crl.missing", "An authority has no CRL",
            cause: "None could be made since the authority exists.",
            remedy: "`sealwright ca crl --publish` tries at once and says why it fails."),
        Entry(
            "crl.stale", "A CRL is near or past its end",
            cause: "CRLs are renewed every day and live for a week; this one has not been renewed for days. "
                + "Clients that check revocation refuse every certificate of the authority once it ends.",
            remedy: "See the log for why it cannot be made. When the authority's key is offline, bring it back, "
                + "publish, and take it away again."),
        Entry(
            "crl.unavailable", "There is no CRL to give out yet",
            cause: "A client asked for a CRL before the first one was made.",
            remedy: "Try again in a few seconds; if it lasts, `sealwright doctor` says why."),
    ]

    static let healthEntries: [Entry] = [
        Entry(
            "clock.went-back", "The clock went backwards",
            cause: "The machine's clock is more than ten minutes behind something the server has written already. "
                + "Certificates issued now would have wrong dates, so none are.",
            remedy: "Set the clock, by NTP if possible. If the clock ran ahead before and is right now, start once "
                + "with `--accept-clock`: issuing goes on, and CRLs and own certificates that are dated later are made "
                + "anew. What was issued meanwhile, `sealwright certificate list` shows; revoke it."),
        Entry(
            "clock.stepped-ahead", "The clock went ahead",
            cause:
                "While the server ran, the machine's clock went more than ten minutes ahead of the time that "
                + "passed: somebody or NTP set it, or a virtual machine went on after a pause. Nothing is refused for "
                + "it, since the new time may be the right one.",
            remedy:
                "Look at the clock. If it is right, there is nothing to do, and the next start forgets it. If it is "
                + "wrong, what is issued is dated later: stop the server, set the clock and start once with "
                + "`--accept-clock`. `sealwright audit list` shows when it happened (`clock.stepped-ahead`)."),
        Entry(
            "clock.before-authority", "The clock is before the authority's life begins",
            cause: "The machine shows a time before the issuing authority's certificate becomes valid, as after a "
                + "flat battery.",
            remedy: "Set the clock, by NTP if possible."),
    ]
}
