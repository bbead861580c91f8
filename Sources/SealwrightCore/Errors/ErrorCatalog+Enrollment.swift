// SPDX-License-Identifier: Apache-2.0

// What a device is told when it asks for a certificate and does not get one.

extension ErrorCatalog {
    static let challengeEntries: [Entry] = [
        Entry(
            "enrollment.already-decided", "It was decided before",
            cause: "Somebody approved or refused this request already.",
            remedy: "`sealwright enrollment list` shows what still waits."),
        Entry(
            "enrollment.challenge-missing", "The request carries no challenge",
            cause: "The endpoint wants a challenge password in the certification request and there is none, or it "
                + "is empty. Some clients leave it out when their configuration has no value for it.",
            remedy: "Make one with `sealwright challenge create` and put it where the device's SCEP configuration "
                + "asks for the challenge."),
        Entry(
            "enrollment.challenge-unknown", "The challenge is not known here",
            cause: "No challenge of this endpoint has this text. It was mistyped, cut off when it was copied, made "
                + "on another server, or removed.",
            remedy: "Make a new one with `sealwright challenge create` and copy it whole; it has no spaces."),
        Entry(
            "enrollment.challenge-already-used", "The challenge was used already",
            cause: "A challenge buys the number of certificates it was made for, one unless said otherwise, and it "
                + "has bought them. A device that repeats its own request gets the same certificate again; this "
                + "request is a different one.",
            remedy: "Make a new challenge. `sealwright audit list` shows which request used the old one; if nobody "
                + "knows that device, revoke its certificate."),
        Entry(
            "enrollment.challenge-expired", "The challenge has expired",
            cause: "Challenges live for an hour unless `--ttl` says otherwise, and this one was used too late.",
            remedy: "Make a new one, with a longer `--ttl` if devices take their time."),
        Entry(
            "enrollment.challenge-subject-mismatch", "The challenge was made for another name",
            cause: "The challenge is bound to a subject or to alternative names, and the request asks for others. "
                + "Somebody may be using a challenge that was not meant for them.",
            remedy: "Compare both names in the audit trail. Make a challenge for the name the device asks for, or "
                + "one without `--subject`."),
        Entry(
            "enrollment.challenge-endpoint-mismatch", "The challenge was made for another endpoint",
            cause: "Challenges belong to one endpoint, and the device used the URL of another.",
            remedy: "Correct the URL on the device, or make the challenge with `--endpoint`."),
        Entry(
            "enrollment.not-permitted", "The endpoint does not take this way of authorisation",
            cause: "The request brings something that could authorise it, such as a renewal or a static challenge, "
                + "but the endpoint's configuration does not allow it.",
            remedy: "Allow it for the endpoint if it is wanted; `sealwright config show` shows what is allowed."),
        Entry(
            "enrollment.webhook-denied", "The approving service refused",
            cause: "The endpoint asks a webhook about every request, and it said no. Its own words are in the "
                + "audit trail.",
            remedy: "Ask whoever runs the service."),
        Entry(
            "enrollment.webhook-unavailable", "The approving service does not answer",
            cause: "The endpoint asks a webhook about every request, and there was no valid answer in time. "
                + "Nothing is issued without it.",
            remedy: "Check that the webhook's URL answers from this machine and that its signature secret is the "
                + "one configured. The device may simply try again."),
        Entry(
            "enrollment.too-many-waiting", "Too many requests wait for approval",
            cause: "As many requests wait at this endpoint as `scep.ENDPOINT.waiting-limit` allows, 1,000 unless set "
                + "otherwise. Those that wait stay. Log and audit trail tell it once in ten minutes. Where devices "
                + "need no challenge to wait, somebody may be filling the list.",
            remedy: "Decide the waiting requests: `sealwright enrollment list` shows them, `enrollment deny` ends "
                + "them. The device may simply try again then. Raise the limit, or ask for a challenge, where more "
                + "devices come than people decide."),
        Entry(
            "enrollment.waited-too-long", "Nobody decided about the request",
            cause: "The request waited as long as `scep.ENDPOINT.waiting-time` allows, 30 days unless set otherwise, "
                + "and nobody approved or denied it.",
            remedy: "Let the device send a new request, and decide it with `sealwright enrollment approve` or "
                + "`deny`."),
        Entry(
            "enrollment.denied-by-approver", "An administrator refused",
            cause: "The request waited for approval and was denied. The reason, if one was given, is in the audit "
                + "trail.",
            remedy: "Ask whoever decided, then let the device make a new request, with another key or a challenge. The "
                + "very same request gets the same answer as long as requests may wait."),
    ]

    static let requestEntries: [Entry] = [
        Entry(
            "enrollment.request-signature-invalid", "The request is not signed by its own key",
            cause: "The certification request's signature does not verify with the key inside it, so nothing "
                + "proves that the sender holds that key.",
            remedy: "Make a new request on the device. When it happens often, something between device and server "
                + "changes the bytes."),
        Entry(
            "enrollment.signer-key-mismatch", "Message and request have different keys",
            cause: "A first request must be signed by the key it asks a certificate for; here another key signed.",
            remedy: "Let the device make a new request. A device that renews must send RenewalReq, signed with its "
                + "present certificate."),
        Entry(
            "enrollment.request-malformed", "The request cannot be read",
            cause: "An extension or attribute of the certification request does not follow its definition.",
            remedy: "`sealwright inspect` shows what is in the request. Correct the program that made it."),
        Entry(
            "enrollment.transaction-id-in-use", "The transactionID belongs to another request",
            cause: "A request with this transactionID and another key is waiting for a decision.",
            remedy: "Approve or deny the waiting request, or let the device start a new transaction."),
        Entry(
            "enrollment.transaction-unknown", "No such transaction",
            cause: "A device polls for a request that this endpoint never got, or polls with another key.",
            remedy: "Let the device send its request again."),
        Entry(
            "enrollment.transaction-ended", "The transaction has ended",
            cause: "The request was answered, and its certificate may no longer be handed out: it was revoked, "
                + "replaced or has expired.",
            remedy: "Let the device send a new request."),
        Entry(
            "enrollment.key-too-small", "The RSA key is too short",
            cause: "The endpoint asks for longer keys, 2048 bits unless configured otherwise.",
            remedy: "Set a longer key on the device. Old devices that cannot make one need an endpoint of their "
                + "own with a lower limit."),
        Entry(
            "enrollment.key-too-large", "The RSA key is too long",
            cause: "Keys over the limit would let one request cost as much as hundreds.",
            remedy: "Set a shorter key on the device; 2048 to 4096 bits are enough."),
        Entry(
            "enrollment.key-type-not-allowed", "This type of key is not allowed",
            cause: "The profile names the key types and curves it issues for, and this is none of them. SCEP "
                + "itself works with RSA keys only.",
            remedy: "Set another key type on the device, for SCEP RSA."),
        Entry(
            "enrollment.weak-key", "The key is weak",
            cause: "The key has a property that lets its private half be computed: primes too close together, a "
                + "small factor, a bad exponent, or the fingerprint of a faulty generator (ROCA).",
            remedy: "Make a new key with another program or after updating the device's firmware. Other keys made "
                + "in the same way are probably weak too."),
        Entry(
            "enrollment.key-compromised", "The key is known to be compromised",
            cause: "A certificate of this key was revoked with the reason keyCompromise, so others may have its "
                + "private half. It never gets a certificate again.",
            remedy: "Make a new key on the device."),
        Entry(
            "enrollment.key-in-use", "Another subject has a certificate for this key",
            cause: "The endpoint refuses keys that a valid certificate of another subject has (`key-reuse: refuse`, "
                + "the choice of the preset `strict`). Devices made from one disk image often share a key.",
            remedy: "Make a new key on the device; or revoke the other certificate; or set `key-reuse: allow` for "
                + "clients that keep one key for several names."),
        Entry(
            "enrollment.subject-not-allowed", "The subject breaks a rule",
            cause: "The profile or the endpoint limits what may stand in the subject: attributes that must or must "
                + "not be there, lengths, or that it may not be empty.",
            remedy: "Change the subject on the device; the message says which attribute is meant."),
        Entry(
            "enrollment.name-not-allowed", "An alternative name breaks a rule",
            cause: "The profile does not grant this name: its kind is not allowed, its syntax is wrong, or it is a "
                + "single label, a wildcard or a private form that certificates should not carry.",
            remedy: "Change the name on the device, or allow it: `certificate.underscores: true` allows underscores in "
                + "host names, which some checkers refuse."),
        Entry(
            "enrollment.subject-already-enrolled", "Another valid certificate has this subject",
            cause: "The endpoint gives one certificate to a subject, and there is one that is still valid.",
            remedy: "Revoke the other certificate, let the device renew it, or allow several for the endpoint."),
        Entry(
            "enrollment.device-blocked", "The device is blocked",
            cause: "Somebody blocked or retired this device. It gets no certificate by any way.",
            remedy: "`sealwright audit list --device ID` tells who did it and when; `sealwright device approve` lets "
                + "it in again."),
    ]

    static let renewalEntries: [Entry] = [
        Entry(
            "enrollment.renewal-outside-window", "It is too early to renew",
            cause: "The endpoint lets certificates be renewed only in the last part of their life.",
            remedy: "Wait until the moment the message names, or widen the endpoint's renewal window."),
        Entry(
            "enrollment.renewal-subject-mismatch", "The renewal asks for another name",
            cause: "A renewal keeps the names of the certificate it replaces, so that one device cannot become "
                + "another.",
            remedy: "Renew with the same subject and alternative names, or enrol anew with a challenge."),
        Entry(
            "enrollment.signer-revoked", "The signing certificate is revoked",
            cause: "A revoked certificate renews nothing.",
            remedy: "Find out why it was revoked (`sealwright certificate show`). If the device may go on, enrol "
                + "it anew with a challenge."),
        Entry(
            "enrollment.signer-expired", "The signing certificate has expired",
            cause: "The device renewed too late; perhaps it was switched off, or its clock is wrong.",
            remedy: "Enrol it anew with a challenge, or allow the endpoint a grace period for renewals "
                + "(`scep.ENDPOINT.renewal-grace`)."),
        Entry(
            "enrollment.signer-unknown", "The signing certificate was not issued here",
            cause: "A renewal must be signed with a certificate of this authority. This one comes from elsewhere, "
                + "or from a server whose store was lost.",
            remedy: "Enrol the device anew with a challenge."),
        Entry(
            "enrollment.signer-not-for-endpoint", "The signing certificate cannot be renewed here",
            cause: "It is ours, but of another authority or another purpose than this endpoint issues.",
            remedy: "Use the endpoint the certificate came from, or enrol anew with a challenge."),
    ]

    static let issuanceEntries: [Entry] = [
        Entry(
            "enrollment.authority-unavailable", "The issuing authority cannot sign now",
            cause: "Its key is not on this machine, it has been retired, or its certificate has ended.",
            remedy: "`sealwright ca list` shows every authority; `sealwright doctor` says what is missing."),
        Entry(
            "enrollment.lint-failed", "The certificate would be faulty",
            cause: "Before anything is signed the planned certificate is checked against RFC 5280 and its profile, "
                + "and something did not hold. Nothing was issued.",
            remedy: "The message lists every finding. Change what the device asks for, or the profile."),
        Entry(
            "enrollment.issuance-failed", "The certificate could not be issued",
            cause: "An earlier attempt at this very request failed for good, for example because the server was "
                + "stopped and the plan no longer fitted afterwards.",
            remedy: "Let the device send a new request; the log holds the cause."),
        Entry(
            "issuance.overloaded", "Too much work waits for the keys",
            cause: "More requests came than the processor can sign, and the queue is full. The request was not "
                + "begun.",
            remedy: "The client may try again after the seconds in Retry-After. When it lasts, give the server "
                + "more cores or let devices renew at different times."),
        Entry(
            "issuance.store-unavailable", "The store does not take or give data",
            cause: "The database could not be written or read, so nothing was decided.",
            remedy: "See the `store.` code in the log; `sealwright doctor` checks disk space and permissions."),
        Entry(
            "issuance.signing-failed", "The authority's key could not sign",
            cause: "The operation on the private key failed. Nothing was handed out.",
            remedy: "See the `crypto.` code in the log; `sealwright doctor` opens every key and says which one "
                + "fails."),
        Entry(
            "issuance.signature-wrong", "The authority's key made a wrong signature",
            cause: "Every signature is checked before it leaves the server, and this one did not verify: faulty "
                + "memory, a failing token, or a key that does not belong to the certificate. Nothing was handed "
                + "out.",
            remedy: "Stop the server and test the machine's memory. A wrong RSA signature can give the key away, "
                + "which is why none is ever sent."),
        Entry(
            "issuance.serial-numbers-taken", "No free serial number was found",
            cause: "Several random 127-bit serial numbers in a row exist already, which cannot happen by chance.",
            remedy: "The machine's source of randomness is broken. Stop the server and replace the machine or its "
                + "image."),
    ]
}
