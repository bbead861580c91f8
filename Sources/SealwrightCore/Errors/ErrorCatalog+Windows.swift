// SPDX-License-Identifier: Apache-2.0

// The enrolment of Windows devices. The codes of faults are the protocol's subcodes and error types in this catalogue's
// spelling; each names the HRESULT that Windows shows.

extension ErrorCatalog {
    static let windowsEntries: [Entry] = windowsFaultEntries + windowsPageEntries

    private static let windowsFaultEntries: [Entry] = [
        Entry(
            "windows.message-format", "The message is not an enrolment message (0x80180001)",
            cause: "It is no SOAP 1.2, or a mandatory part is missing, stands twice or breaks its definition.",
            remedy: "The log names the part. A proxy that changes bodies is the usual cause with real devices."),
        Entry(
            "windows.authentication", "User name or password is not right (0x80180002)",
            cause:
                "The password is none that this server made for `windows-mdm`, or it is used up or past its end; or the "
                + "sign-in on the page has ended.",
            remedy: "Make a new one with `sealwright windows invite --user NAME`."),
        Entry(
            "windows.authorization", "The device may not enrol (0x80180003)",
            cause: "The password or the device's record does not allow it; the log names the rule.",
            remedy: "Look at the device with `sealwright device show`, or invite the user anew."),
        Entry(
            "windows.certificate-request", "The certificate was refused (0x80180004)",
            cause: "The key or the PKCS#10 breaks a rule of the profile.",
            remedy: "The log names the rule."),
        Entry(
            "windows.enrollment-server", "The server could not answer (0x80180005)",
            cause: "The store or the issuing key was not available.",
            remedy: "Look at `sealwright status`; the device may try again."),
        Entry(
            "windows.internal-service-fault", "The server could not write its answer (0x80180006)",
            cause: "A value of the answer has no form in the protocol.",
            remedy: "The log names it; a host name that makes no URL is the usual cause."),
        Entry(
            "windows.invalid-security", "The security header cannot be read (0x80180007)",
            cause: "It is missing, holds several credentials, or one that breaks its definition.",
            remedy: "Correct the client."),
        Entry(
            "windows.device-cap-reached", "The user has too many devices (0x80180013)",
            cause: "A limit of devices a user is set and reached.",
            remedy: "Retire a device, or raise the limit."),
        Entry(
            "windows.device-not-supported", "The platform is refused (0x80180014)",
            cause: "The device's kind or version is not taken.",
            remedy: "Use a device of Windows 10 or later."),
        Entry(
            "windows.not-supported", "No way to sign in is common (0x80180015)",
            cause:
                "The device offers none of the ways that `windows.sign-in` names, or it sent a token of Entra.",
            remedy: "Enrol with \"Enroll only in device management\", which asks for a user name and a password."),
        Entry(
            "windows.not-eligible-to-renew", "The certificate cannot be renewed (0x80180016)",
            cause: "The connection did not show it, it is revoked or past its end, the window is not open, or the "
                + "device is blocked; the log names which.",
            remedy: "Enrol anew with `sealwright windows invite` when the certificate has ended."),
        Entry(
            "windows.in-maintenance", "The server is being worked on (0x80180017)",
            cause: "It refuses enrolments for the time being.",
            remedy: "Try again later."),
        Entry(
            "windows.user-license", "The user has no licence (0x80180018)",
            cause: "The user may not have managed devices.",
            remedy: "Give the user a licence, or invite another."),
        Entry(
            "windows.invalid-enrollment-data", "The device tells something impossible about itself (0x80180019)",
            cause: "An item of its context, such as DeviceID, breaks its definition.",
            remedy: "The log names the item."),
        Entry(
            "windows.credential-kind", "The credential is of a kind that is not taken",
            cause: "Discovery offers other ways to sign in, as `windows.sign-in` says.",
            remedy: "Let the device begin with discovery again; it learns there what is offered."),
        Entry(
            "windows.approval-not-possible", "The enrolment would have to wait for approval",
            cause: "The endpoint's policy lets a person decide, and the protocol has no word for waiting.",
            remedy: "Let a one-time password decide: it is the approval."),
        Entry(
            "windows.unwritable", "The answer cannot be written",
            cause: "A value of the provisioning document has no form in the protocol.",
            remedy: "The log names the value."),
        Entry(
            "windows.host-unusable", "The host name makes no URL for devices",
            cause: "Discovery must name the listener for devices, and the configured host name is none.",
            remedy: "Set `--host` to a name or address that devices reach."),
        Entry(
            "windows.media-type", "The body is of another media type",
            cause: "Enrolment messages are `application/soap+xml`, management messages `application/vnd.syncml.dm+xml` "
                + "or `application/vnd.syncml.dm+wbxml`.",
            remedy: "Correct the client, or the proxy that changes the Content-Type."),
        Entry(
            "windows.message-version", "The management message is of a version that is not spoken",
            cause: "Devices are managed by OMA-DM 1.2 or 1.1. The message says another version of SyncML (VerDTD) or "
                + "another protocol (VerProto), such as that for exchanging contacts and calendars.",
            remedy: "Let the client speak OMA-DM 1.2: VerDTD 1.2 and VerProto DM/1.2."),
    ]

    /// The sign-in page, its tokens and the terms of use.
    private static let windowsPageEntries: [Entry] = [
        Entry(
            "windows.token-unknown", "The token of the sign-in page is not known",
            cause: "This server did not make it, it ended more than a minute ago, or the server was started since.",
            remedy: "Sign in again."),
        Entry(
            "windows.token-expired", "The token of the sign-in page has ended",
            cause: "Tokens live ten minutes.",
            remedy: "Sign in again."),
        Entry(
            "windows.token-used", "The token of the sign-in page is used up",
            cause: "Another request for a certificate came with it before; each needs a sign-in of its own.",
            remedy:
                "Sign in again. When nobody did anything twice, somebody else has the token: look at the audit trail."),
        Entry(
            "windows.token-issuer-unknown", "A token of Entra came, and no issuer is configured",
            cause: "Devices that are joined to Entra show a JSON Web Token, which only its issuer's keys can prove.",
            remedy: "Enrol with \"Enroll only in device management\"."),
        Entry(
            "windows.terms-not-accepted", "The terms of use were not accepted",
            cause: "`windows.terms` is `required`, and the device brought no acceptance of the present text.",
            remedy: "Enrol through the sign-in page, which asks for it, or set `windows.terms: optional`."),
        Entry(
            "windows.device-of-another", "The device is enrolled by another user",
            cause:
                "The request names a device that another user enrolled, and whose certificates are in force. A device's "
                + "name is what it says of itself, so that it alone must not hand over another user's device.",
            remedy:
                "When the device changed hands, let it leave first: `sealwright device send ID --unenroll`, or revoke "
                + "its certificates. The audit trail has the user under `windows.enrolled`."),
        Entry(
            "windows.form-unreadable", "The query or form cannot be read",
            cause: "It is too long, has a field twice, or a broken escape.",
            remedy: "Open the page from Windows again."),
        Entry(
            "windows.form-media-type", "The body is no form",
            cause: "Pages take `application/x-www-form-urlencoded` only.",
            remedy: "Open the page in a browser, or correct the client."),
        Entry(
            "windows.form-expired", "The form is not taken",
            cause: "It was open for more than an hour, was made for another address, or the browser keeps no cookies.",
            remedy: "Fill it in once more; allow cookies for this server."),
        Entry(
            "windows.sign-in-not-offered", "There is no sign-in page",
            cause: "`windows.sign-in` does not name `federated`.",
            remedy: "Enrol with user name and password, or add `federated`."),
        Entry(
            "windows.too-many-sign-ins", "Too many sign-ins failed",
            cause: "Within a minute one address may fail 60 times and one user name 10 times.",
            remedy: "Wait a minute. All users behind one proxy have one address."),
        Entry(
            "windows.sign-in-capacity", "Too many tokens are out",
            cause: "10,000 sign-ins, or 1,000 by one invitation, wait for their request at a time.",
            remedy: "Try again in some minutes; make an invitation for each batch."),
    ]
}
