// SPDX-License-Identifier: Apache-2.0

// The enrolment of Windows devices. The codes of faults are the protocol's subcodes and error types in this catalogue's
// spelling; each names the HRESULT that Windows shows.

extension ErrorCatalog {
    static let windowsEntries: [Entry] = [
        Entry(
            "windows.message-format", "The message is not an enrolment message (0x80180001)",
            cause: "It is no SOAP 1.2, or a mandatory part is missing, stands twice or breaks its definition.",
            remedy: "The log names the part. A proxy that changes bodies is the usual cause with real devices."),
        Entry(
            "windows.authentication", "User name or password is not right (0x80180002)",
            cause: "The password is none that this server made for `windows-mdm`, or it is used up or past its end.",
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
            cause: "The device offers neither a user name with a password nor another way that is served here.",
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
            cause: "Only a user name with a password is offered here, and the device sent a token.",
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
    ]
}
