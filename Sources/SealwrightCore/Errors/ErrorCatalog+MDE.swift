// SPDX-License-Identifier: Apache-2.0

// Messages of the enrolment for device management (MS-MDE2), seen from either side.

extension ErrorCatalog {
    static let mdeEntries: [Entry] = mdeRequestEntries + mdeRenewalEntries + mdeReplyEntries

    private static let mdeRequestEntries: [Entry] = [
        Entry(
            "mde.unreadable", "Not an enrolment message",
            cause: "The body is no XML within the limits, or a part of it breaks its definition.",
            remedy: "The text names the part. A proxy that changes bodies is the usual cause with real devices."),
        Entry(
            "mde.not-soap", "The root is no SOAP envelope",
            cause: "Enrolment speaks SOAP 1.2.",
            remedy: "Correct or update the client; the message names what was found."),
        Entry(
            "mde.unexpected-action", "The action is not the one of this service",
            cause: "Each service answers one WS-Addressing action.",
            remedy: "Check that the client uses the addresses that discovery gave it."),
        Entry(
            "mde.unexpected-body", "The body does not hold what the action announces",
            cause: "It holds no element, several, or another one.",
            remedy: "Correct or update the client; the message names what was found."),
        Entry(
            "mde.unexpected-reply-to", "The reply is to go elsewhere",
            cause: "A reply that goes to another address would hand certificates to whoever names one.",
            remedy: "Use the anonymous address of WS-Addressing."),
        Entry(
            "mde.header-not-understood", "A header has to be understood and is not known",
            cause: "The sender marked it with mustUnderstand: without it the message must not be processed.",
            remedy: "Correct or update the client, or what adds the header on the way; the message names it."),
        Entry(
            "mde.security-unreadable", "The security header cannot be read",
            cause: "A token in it breaks its definition.",
            remedy: "Correct or update the client; the message names what was found."),
        Entry(
            "mde.no-credential", "The request carries no credential",
            cause: "Policy and enrolment need a user name with a password, or a token.",
            remedy: "Correct the client."),
        Entry(
            "mde.several-credentials", "The request carries several credentials",
            cause: "It would not be clear who asks.",
            remedy: "Send one of them."),
        Entry(
            "mde.unsupported-credential", "The credential is of a type that is not taken",
            cause: "Password digests and unknown token types cannot be judged here.",
            remedy: "Enrol with a user name and a password."),
        Entry(
            "mde.version-too-old", "The device speaks too old a version",
            cause: "Versions before 3.0 are not answered.",
            remedy: "Use Windows 10 or later."),
        Entry(
            "mde.no-common-auth-policy", "No way to sign in is common",
            cause: "The device offers none of the ways that `windows.sign-in` names.",
            remedy: "Enrol with \"Enroll only in device management\", which asks for a user name and a password."),
        Entry(
            "mde.invalid-device-id", "The DeviceID cannot name a device",
            cause: "It is absent, or not 1 to 64 plain characters; it becomes the certificate's subject.",
            remedy: "Correct or update the client; the message names what was found."),
        Entry(
            "mde.device-id-mismatch", "The request names two devices",
            cause: "The context item DeviceID stands there more than once, with different values.",
            remedy: "Correct or update the client; the message names what was found."),
        Entry(
            "mde.certification-request-unreadable", "The token is no PKCS#10",
            cause: "The octets could not be read as one.",
            remedy: "Check it with `sealwright inspect`."),
        Entry(
            "mde.unexpected-token-type", "The token is no request for a certificate",
            cause: "Its ValueType is neither PKCS#10 nor, for a renewal, PKCS#7.",
            remedy: "Correct or update the client; the message names what was found."),
        Entry(
            "mde.proof-of-possession-failed", "The PKCS#10 was not signed with its own key",
            cause: "Whoever sent it does not hold the key, or the octets were changed.",
            remedy: "Let the device make a new request."),
        Entry(
            "mde.proof-algorithm-not-allowed", "The PKCS#10 is signed with an algorithm that is not taken",
            cause: "SHA-1 is taken from Windows 10 only, MD5 from nobody, and no key on other curves than NIST's.",
            remedy: "Update the device, or let it make another key."),
    ]

    private static let mdeRenewalEntries: [Entry] = [
        Entry(
            "mde.renewal-unreadable", "The renewal cannot be read",
            cause: "The token is no PKCS#10 inside a SignedData.",
            remedy: "Correct or update the client; the message names what was found."),
        Entry(
            "mde.renewal-signer-count", "The renewal has not exactly one signer",
            cause: "It is signed once, with the certificate it replaces.",
            remedy: "Correct the client."),
        Entry(
            "mde.renewal-without-client-certificate", "The connection shows no client certificate",
            cause: "A renewal is proved by the certificate of the TLS connection.",
            remedy: "Let the device use the address of discovery; a proxy that ends TLS takes the certificate "
                + "away."),
        Entry(
            "mde.renewal-signer-mismatch", "The renewal is signed with another certificate",
            cause: "Signature and connection show different certificates.",
            remedy: "Correct the client."),
        Entry(
            "mde.renewal-signature-invalid", "The signature of the renewal does not verify",
            cause: "The octets were changed, or signed with another key.",
            remedy: "Let the device make a new request."),
        Entry(
            "mde.renewal-algorithm-not-allowed", "The renewal is signed with a weak algorithm",
            cause: "SHA-1 and MD5 are not taken for signatures.",
            remedy: "Update the device."),
        Entry(
            "mde.renewal-key-reused", "The renewal asks for the old key",
            cause: "A renewed certificate is for a new key.",
            remedy: "Let the device make a new key."),
    ]

    private static let mdeReplyEntries: [Entry] = [
        Entry(
            "mde.refused", "The enrolment server refused",
            cause: "It answered with a fault, which the message tells.",
            remedy: "Ask the server's administrator; its log has the reason."),
        Entry(
            "mde.unexpected-status", "The server answered with an HTTP error",
            cause: "The status is no success and the body no fault.",
            remedy: "Check the address; a proxy in front of the server often answers so."),
        Entry(
            "mde.relates-to-mismatch", "The reply belongs to another request",
            cause: "Its RelatesTo is not the MessageID that was sent.",
            remedy: "Try again; a caching proxy is the usual cause."),
        Entry(
            "mde.unexpected-auth-policy", "The server asks for a way to sign in that was not offered",
            cause: "Its answer to discovery names another authentication policy.",
            remedy: "Configure the server for the policy that the device offers."),
        Entry(
            "mde.hosts-differ", "Policy and enrolment service are on two hosts",
            cause: "Windows takes them on one host name only.",
            remedy: "Correct the addresses that the server's discovery gives."),
        Entry(
            "mde.key-too-short", "The key is shorter than the server asks",
            cause: "Its policy names a longer key.",
            remedy: "Make a longer key."),
        Entry(
            "mde.no-certificate-for-key", "The answer holds no certificate for the key",
            cause: "The provisioning document holds certificates of other keys only.",
            remedy: "Ask the server's administrator."),
        Entry(
            "mde.out-of-order", "An event came out of turn",
            cause: "The program that drives the conversation mixed up its steps.",
            remedy: "Report it; this is a fault of the program."),
        Entry(
            "mde.unwritable", "The message cannot be written",
            cause: "A value of it has no form in the protocol; the text names it.",
            remedy: "Correct the value."),
        Entry(
            "mde.callback-refused", "The address to return to is not an application of Windows",
            cause: "A sign-in page returns to `ms-app://` addresses only, or it would hand tokens to anybody.",
            remedy: "Begin the enrolment on the device."),
        Entry(
            "mde.redirect-refused", "The terms page is to return to an address that is none of Windows",
            cause: "The terms page returns to `ms-appx-web://` and `ms-aadj-redir://` only.",
            remedy: "Open the page from Windows, which names the address."),
    ]
}
