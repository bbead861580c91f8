// SPDX-License-Identifier: Apache-2.0

// Backups, and what administration commands refuse.

extension ErrorCatalog {
    static let administrationEntries: [Entry] = [
        Entry(
            "api.method-not-allowed", "The path does not take this method",
            cause: "The path exists, but for other methods; the `Allow` field names them.",
            remedy: "`/openapi.json` lists paths and methods."),
        Entry(
            "api.content-coding", "The body is compressed",
            cause: "The `Content-Encoding` of the request names a coding such as gzip, and none is undone here.",
            remedy: "Send the body as it is, without `Content-Encoding`."),
        Entry(
            "api.unreadable-request", "The request cannot be read",
            cause: "It is too long or too slow, names no host, or can be read in two ways.",
            remedy: "Send what HTTP/1.1 allows, in a URL of at most 8 KiB; the detail has the status."),
        Entry(
            "api.media-type", "The body is not JSON",
            cause: "The `Content-Type` of the request names another media type; `curl -d` alone names a form.",
            remedy: "Send `Content-Type: application/json`."),
        Entry(
            "api.idempotency-key-in-flight", "The order is being carried out",
            cause: "A request with the same `Idempotency-Key` came before and is not answered yet.",
            remedy: "Wait a moment and send it again: it gets the answer of the first one."),
        Entry(
            "api.idempotency-key-reused", "The Idempotency-Key belongs to another order",
            cause: "Within a day a certificate was ordered under this key with another body.",
            remedy: "Give each order a key of its own, such as a UUID; send an order again as it was."),
        Entry(
            "api.idempotency-key-unsupported", "Idempotency-Key means nothing for this operation",
            cause: "Orders for certificates are carried out once for each key; this request would be carried out each "
                + "time it is sent.",
            remedy: "Leave the header out. After a lost answer look in the list of the same kind first."),
        Entry(
            "token.exists", "There is a token of this name",
            cause: "The audit trail tells administrators apart by the names of their tokens; each is there once.",
            remedy: "Take another name, or `sealwright token remove NAME` first; the one before lets nobody in then."),
        Entry(
            "token.of-the-folder", "It is the data folder's own token",
            cause: "The commands of this machine come with it; without it nobody could make another one.",
            remedy: "To have another in its place delete `admin.token` in the data folder and start the server again."),
        Entry(
            "backup.not-found", "There is no such file",
            cause: "The backup cannot be opened for reading.",
            remedy: "Check the path and its permissions."),
        Entry(
            "backup.cannot-write", "A file cannot be written",
            cause: "The folder is missing, not yours or full, or a file of this name exists: nothing is ever written "
                + "over.",
            remedy: "Give another name, or free space."),
        Entry(
            "backup.unreadable", "The file is no backup that can be read",
            cause: "It was cut off, changed on its way, or another program wrote it.",
            remedy: "Use another copy. `sealwright restore FILE --verify` tells whether one is good."),
        Entry(
            "backup.unknown-format", "The backup has an unknown format",
            cause: "A later version of the program wrote it.",
            remedy: "Restore it with that version or a later one."),
        Entry(
            "backup.damaged", "The backup is damaged",
            cause: "A file in it is missing, superfluous, or has another SHA-256 than the manifest says; or the audit "
                + "trail in it breaks.",
            remedy: "Use another copy. Nothing was restored."),
        Entry(
            "backup.wrong-password", "The password is wrong",
            cause: "It does not open the master key in the backup.",
            remedy: "Give the password that was given to `sealwright backup`."),
        Entry(
            "backup.target-not-empty", "The folder is not empty",
            cause: "A backup is restored into a new or empty folder only.",
            remedy: "Give another folder with `--data`, or move the old one away."),
        Entry(
            "backup.master-key-missing", "The master key is not here",
            cause: "It is neither in the `keys` folder nor handed over as a service credential.",
            remedy: "Back up without `--password-file` and keep the master key elsewhere."),
        Entry(
            "cli.password-empty", "There is no password",
            cause: "The first line of the file given with `--password-file` is empty.",
            remedy: "Write the password into the file's first line."),
        Entry(
            "cli.password-short", "The password is too short",
            cause: "It would protect a private key against somebody who has the file, and 12 characters are the least.",
            remedy: "`openssl rand -base64 24` makes a good one."),
        Entry(
            "cli.needs-yes", "This must be confirmed",
            cause: "The command destroys something, and there is no terminal to ask at.",
            remedy: "Add `--yes` when that is meant."),
        Entry(
            "cli.no-authority", "There is no such authority",
            cause: "The server has no root or no active issuing authority.",
            remedy: "`sealwright ca list` shows what there is."),
        Entry(
            "cli.crl-unreadable", "The CRL cannot be read",
            cause: "What the server sent is no certificate revocation list.",
            remedy: "Publish a new one: `sealwright ca crl ID --publish`."),
        Entry(
            "cli.ocsp-refused", "The OCSP responder gave no answer",
            cause: "It answered with an error status, for example because it has no key for this authority.",
            remedy: "`sealwright doctor` tells what is wrong with the server."),
    ]
}
