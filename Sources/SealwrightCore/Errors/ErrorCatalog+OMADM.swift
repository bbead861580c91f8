// SPDX-License-Identifier: Apache-2.0

// Messages of OMA-DM, their signatures, and sessions.

extension ErrorCatalog {
    static let omadmEntries: [Entry] = [
        Entry(
            "omadm.message-too-large", "The message is larger than the limit",
            cause: "Management messages have some kilobytes, and the limit is far above them.",
            remedy: "Send less in one message: objects are sent in chunks, and commands in several messages."),
        Entry(
            "omadm.limit-exceeded", "The message is over a limit",
            cause: "Depth, elements, attributes, names or texts are more than any real message has; the text names "
                + "which.",
            remedy: "Correct the client. A message that is nested without end is an attack or a loop."),
        Entry(
            "omadm.malformed-xml", "The message is not well-formed XML",
            cause: "A tag, a reference or a character breaks the rules of XML; the text gives the place.",
            remedy: "Correct the client, or the proxy that changes or cuts bodies."),
        Entry(
            "omadm.doctype-refused", "The message has a DOCTYPE",
            cause: "No message needs one, and document types are where attacks on XML begin.",
            remedy: "Send the message without `<!DOCTYPE …>`."),
        Entry(
            "omadm.entity-refused", "The message uses an entity that XML does not define",
            cause: "Only `lt`, `gt`, `amp`, `apos` and `quot` are known without a DOCTYPE, which is refused.",
            remedy: "Write the character itself, or as a character reference."),
        Entry(
            "omadm.unsupported-encoding", "The message is in another character encoding",
            cause: "UTF-8 and UTF-16 are read in XML, UTF-8 and US-ASCII in WBXML.",
            remedy: "Send UTF-8."),
        Entry(
            "omadm.malformed-wbxml", "The message is not WBXML",
            cause: "A token, a length or the string table breaks the rules of WBXML; the text gives the place.",
            remedy: "Check the Content-Type: XML sent as WBXML is the usual cause."),
        Entry(
            "omadm.unexpected-document-type", "The WBXML document is of another type",
            cause: "Its header names a document type other than SyncML's.",
            remedy: "Send a SyncML 1.1 or 1.2 document."),
        Entry(
            "omadm.unexpected-element", "An element does not belong where it stands",
            cause: "The definition of the message has no such element at this place.",
            remedy: "Correct or update the client; the message names the part."),
        Entry(
            "omadm.missing", "A mandatory element is missing",
            cause: "The definition of the message demands it; the text names it.",
            remedy: "Correct or update the client; the message names the part."),
        Entry(
            "omadm.repeated", "An element stands more than once",
            cause: "Where an element may stand once, two could say two different things.",
            remedy: "Correct or update the client; the message names the part."),
        Entry(
            "omadm.malformed", "An element holds what its definition does not allow",
            cause: "A number that is none, text beside elements, or the like; the text names the element.",
            remedy: "Correct or update the client; the message names the part."),
        Entry(
            "omadm.unwritable", "A value has no form in the message",
            cause: "XML has no form for some control characters, WBXML none for a zero octet, and neither for a "
                + "command that does not exist.",
            remedy: "Correct the value; octets are sent as Base64 with the format `b64`."),
        Entry(
            "omadm.session-starts-anew", "The device began another session with the same number",
            cause: "A message with MsgID 1 came in the middle of a session; devices number their sessions anew after "
                + "an enrolment.",
            remedy: "Nothing: the server begins a new session."),
        Entry(
            "omadm.session-another", "The message belongs to another session",
            cause: "Its SessionID is not that of the session which is open.",
            remedy: "Let the client keep the SessionID of its first message until the server ends the session."),
        Entry(
            "omadm.session-malformed-msgid", "The MsgID is no number",
            cause: "Messages are numbered from 1 on.", remedy: "Correct the client."),
        Entry(
            "omadm.session-repeated-differently", "A message came again with other content",
            cause: "A repetition has to be the same octets; then it gets the same answer.",
            remedy: "Let the client repeat the message as it was, or number the new one onwards."),
        Entry(
            "omadm.session-out-of-order", "A message came out of order",
            cause: "Its MsgID is lower than that of the message before.",
            remedy: "Correct the client; a proxy that repeats requests late can cause it too."),
        Entry(
            "omadm.session-over", "The session has ended",
            cause: "The server's last message had no commands, which ends a session, and the device wrote again.",
            remedy: "Let the client begin a new session with MsgID 1."),
        Entry(
            "omadm.session-limit-exceeded", "The session is over a limit",
            cause: "More messages or answers than any real session has.",
            remedy: "Look at `sealwright device messages`; a client in a loop is the usual cause."),
        Entry(
            "omadm.session-unanswered", "The message before has no answer yet",
            cause: "Messages of a session are worked on one after the other.",
            remedy: "Nothing: the device comes again."),
        Entry(
            "omadm.signature-unreadable", "The MDM-Signature header cannot be read",
            cause: "It is not the Base64 of a detached CMS signature.",
            remedy: "Correct the client, or the proxy that changes headers."),
        Entry(
            "omadm.signature-signer-count", "The MDM-Signature has not exactly one signer",
            cause: "A message is signed once, by the device.",
            remedy: "Correct the client."),
        Entry(
            "omadm.signature-certificate-missing", "The signer's certificate is not known",
            cause: "The signature does not carry it, and the device has none on record.",
            remedy: "Let the client send its certificate along, or enrol the device anew."),
        Entry(
            "omadm.signature-other-certificate", "Another certificate than the enrolled one signed",
            cause: "The device signs with a certificate that it was not given for this server.",
            remedy: "Look at them with `sealwright certificate list --device ID`; enrol it anew if it lost its "
                + "own."),
        Entry(
            "omadm.signature-algorithm-not-allowed", "The MDM-Signature uses a weak algorithm",
            cause: "SHA-1 and MD5 are not taken for signatures.",
            remedy: "Let the device sign with SHA-256."),
        Entry(
            "omadm.signature-invalid", "The MDM-Signature does not verify",
            cause: "The body was changed on its way, or signed with another key.",
            remedy: "Look for a proxy that changes bodies; otherwise the device's key is not that of its "
                + "certificate."),
    ]
}
