// SPDX-License-Identifier: Apache-2.0

// SCEP messages, seen from either side.

extension ErrorCatalog {
    static let scepEntries: [Entry] = [
        Entry(
            "scep.unreadable", "Not a SCEP message",
            cause: "The bytes are no CMS SignedData. Something else was sent to the SCEP URL, or a proxy changed "
                + "it.",
            remedy: "`sealwright scep explain FILE` shows how far a captured message can be read."),
        Entry(
            "scep.pending", "The request waits for approval",
            cause: "The endpoint lets a person decide.",
            remedy: "Approve it with `sealwright enrollment approve`, then go on with `sealwright scep poll`."),
        Entry(
            "scep.signer-count", "The message does not have exactly one signer",
            cause: "A SCEP message is signed once, by the device.",
            remedy: "Correct the client."),
        Entry(
            "scep.missing", "A mandatory part is missing",
            cause: "Every SCEP message carries messageType, transactionID and senderNonce; answers also pkiStatus "
                + "and recipientNonce.",
            remedy: "Correct or update the client; the message names what is missing."),
        Entry(
            "scep.repeated", "An attribute stands more than once",
            cause: "Attributes of a SCEP message stand once and have one value; otherwise two readers could see "
                + "two different messages.",
            remedy: "Correct the client."),
        Entry(
            "scep.malformed", "A part of the message breaks its definition",
            cause: "An attribute or parameter holds something its definition does not allow.",
            remedy: "Correct or update the client; the message names the part."),
        Entry(
            "scep.message-too-large", "The message is too large",
            cause: "SCEP requests are two to four kilobytes; the limit is 256.",
            remedy: "Make the request smaller. Long lists of alternative names are the usual cause."),
        Entry(
            "scep.unknown-operation", "The query names no operation of SCEP",
            cause: "The `operation` parameter must be GetCACaps, GetCACert, GetNextCACert or PKIOperation.",
            remedy: "Check the URL on the device: it ends with the endpoint's name, and the client adds the rest."),
        Entry(
            "scep.unknown-message-type", "The messageType is not answered",
            cause: "Servers answer PKCSReq, RenewalReq, CertPoll, GetCert and GetCRL; clients expect CertRep.",
            remedy: "Correct the client."),
        Entry(
            "scep.signer-certificate-missing", "The signer's certificate is not in the message",
            cause: "The signature can only be checked, and the answer only be encrypted, with the signer's "
                + "certificate, which has to come along.",
            remedy: "Correct the client."),
        Entry(
            "scep.signature-invalid", "The signature of the message does not verify",
            cause: "The message was changed on its way, or was signed with another key than its certificate says.",
            remedy: "Let the client try again; look for proxies that rewrite bodies."),
        Entry(
            "scep.algorithm-not-allowed", "The algorithm is not allowed",
            cause: "MD5, SHA-1, DES and 3DES are refused unless the endpoint allows them, because messages under "
                + "them can be read or forged. Some old clients use them without asking, such as micromdm's "
                + "scepclient with DES.",
            remedy: "Let the client use AES and SHA-256. For devices that cannot, make an endpoint of their own "
                + "that allows the algorithm by name."),
        Entry(
            "scep.signer-key-cannot-decrypt", "The signer's key cannot decrypt an answer",
            cause: "SCEP encrypts every certificate to the RSA key that signed the request, and this is another "
                + "kind of key.",
            remedy: "Use an RSA key, or another protocol than SCEP."),
        Entry(
            "scep.content-missing", "The message has no contents",
            cause: "Requests carry an encrypted envelope, and this one has none.",
            remedy: "Correct the client."),
        Entry(
            "scep.message-check-failed", "The contents could not be decrypted or read",
            cause: "The request was encrypted to another certificate than this server's present or earlier RA, or "
                + "was damaged. All causes get the same answer, so that nobody learns anything by trying.",
            remedy: "Let the client fetch GetCACert again: it probably keeps the certificate of another or an "
                + "older server."),
        Entry(
            "scep.no-recipient", "The request is not encrypted to this server",
            cause: "None of the recipients in the envelope is one of this endpoint's RA certificates.",
            remedy: "Let the client fetch GetCACert again and encrypt to the RA certificate in it."),
        Entry(
            "scep.unknown-issuer", "No authority has this name",
            cause: "GetCert or GetCRL names an issuer that is no authority of this server.",
            remedy: "Use the issuer's name exactly as it stands in the certificate."),
        Entry(
            "scep.unknown-certificate", "No such certificate",
            cause: "GetCert gives a device its own certificates only; this serial does not exist or belongs to "
                + "another.",
            remedy: "An administrator finds any certificate with `sealwright certificate download`."),
        Entry(
            "scep.not-enrolled", "Only holders of a certificate get this CRL",
            cause: "Large CRLs are not encrypted for strangers over SCEP, since that costs the server much.",
            remedy: "Fetch the CRL over HTTP from the URL in the certificates, or sign with a certificate of this "
                + "CA."),
    ]

    static let scepClientEntries: [Entry] = [
        Entry(
            "scep.nonce-mismatch", "The answer is for another message",
            cause: "It does not repeat the nonce that was sent, so it may be an old answer played again.",
            remedy: "Try again. If it lasts, the server or a cache between answers wrongly."),
        Entry(
            "scep.transaction-mismatch", "The answer belongs to another transaction",
            cause: "Its transactionID is not the one that was sent.",
            remedy: "Try again. If it lasts, the server or a cache between answers wrongly."),
        Entry(
            "scep.unknown-signer", "The answer was signed by somebody else",
            cause: "The signature is of a key that GetCACert does not list. The server's RA was replaced "
                + "meanwhile, or somebody stands between.",
            remedy: "Fetch GetCACert again, check the fingerprint, then try again."),
        Entry(
            "scep.http-status", "The server answered with an HTTP error",
            cause: "What stands at the URL is no SCEP endpoint, has no answer to this operation, or a proxy answered. "
                + "The message has the status and the server's words.",
            remedy: "Check the path of the URL; a Sealwright server has `/scep/ENDPOINT`, and `sealwright status` "
                + "names the endpoints. After 503 try again."),
        Entry(
            "scep.refused", "The server refused",
            cause: "The server answered FAILURE. Its failInfo and text say as much as it wants to tell.",
            remedy: "Look in the server's audit trail, which holds the whole reason. badRequest is mostly the "
                + "challenge, badAlg an algorithm, badMessageCheck the certificate that was encrypted to."),
        Entry(
            "scep.no-certificate-for-key", "The answer holds no certificate for the key",
            cause: "The server sent certificates, but none with the public key of the request.",
            remedy: "Report it to whoever runs the server."),
        Entry(
            "scep.no-crl", "The answer holds no CRL",
            cause: "The server answered GetCRL with success and sent none.",
            remedy: "Fetch it from the URL in the certificate's CRL distribution point."),
        Entry(
            "scep.still-pending", "The request still waits for approval",
            cause: "Nobody decided within the number of polls allowed.",
            remedy: "Let somebody approve the request on the server, then go on with `sealwright scep poll`; the "
                + "transaction is kept."),
        Entry(
            "scep.no-common-algorithm", "No common algorithm",
            cause: "The server offers only algorithms that are not allowed here, such as 3DES and SHA-1.",
            remedy: "Update the server, or let it offer AES and SHA-256; what is sent under the old algorithms can "
                + "be read and changed by others."),
        Entry(
            "scep.no-recipient-certificate", "No certificate to encrypt to",
            cause: "GetCACert lists no RSA certificate that may encrypt keys.",
            remedy: "The server needs an RA certificate with an RSA key and keyEncipherment."),
        Entry(
            "scep.fingerprint-mismatch", "The server is not the expected one",
            cause: "None of its certificates has the fingerprint that was given.",
            remedy: "Compare with `sealwright ca root` on the server. If they differ, somebody else is answering: "
                + "stop."),
        Entry(
            "scep.out-of-order", "An unexpected step",
            cause: "The program drove a SCEP conversation in an order that is not possible. This is a fault in the "
                + "program.",
            remedy: "Report it with the command that led there."),
        Entry(
            "scep.cryptography", "A cryptographic operation failed",
            cause: "Signing, encrypting or decrypting a SCEP message failed; the message holds the `crypto.` "
                + "reason.",
            remedy: "See that code."),
    ]
}
