// SPDX-License-Identifier: Apache-2.0

// Keys, bytes, store, network and the server around them.

extension ErrorCatalog {
    static let cryptoEntries: [Entry] = [
        Entry(
            "crypto.invalid-key", "The key is not usable",
            cause: "The numbers of the key break a rule of its algorithm, for example a point that is not on the "
                + "curve.",
            remedy: "Make a new key. If it came from a file, the file may be damaged."),
        Entry(
            "crypto.invalid-parameter", "A parameter is not allowed",
            cause: "A length or value is outside what the algorithm allows.",
            remedy: "The message names the parameter. When it comes from a device, correct the device."),
        Entry(
            "crypto.decryption-failed", "Decryption failed",
            cause: "The key or password is another one, or the data was changed. Which of these is never told.",
            remedy: "Check the password or the key and try again."),
        Entry(
            "crypto.unsupported", "Not supported",
            cause: "The algorithm, or this combination of key and algorithm, is not available.",
            remedy: "Choose another one; for devices see the algorithms the endpoint lists in GetCACaps."),
        Entry(
            "crypto.limit-exceeded", "A cost is over its limit",
            cause: "A file asks for more work than is reasonable, for example billions of iterations of a password "
                + "function.",
            remedy: "Do not use the file if you do not know who made it. Otherwise make it anew with usual "
                + "settings."),
        Entry(
            "crypto.overloaded", "Too many operations are waiting",
            cause: "More private key operations were asked for than the processor does.",
            remedy: "Try again after a moment. When it lasts, give the server more cores."),
        Entry(
            "crypto.shut-down", "The server is stopping",
            cause: "The threads that use keys have ended because the server is shutting down.",
            remedy: "Try again when it has started."),
        Entry(
            "crypto.operation-failed", "The cryptographic library failed",
            cause: "An operation that should have worked did not; the message holds the library's own words.",
            remedy: "Check free memory and the installed OpenSSL version (`sealwright doctor`)."),
        Entry(
            "crypto.key-not-found", "There is no such key",
            cause: "The key's file is not in the `keys` folder of the data folder.",
            remedy: "Restore it from a backup. Without it, what depends on it has to be made anew."),
        Entry(
            "crypto.key-exists", "A key of this name exists",
            cause: "A key is never overwritten.",
            remedy: "Choose another name. A key left behind by an interrupted run may be deleted if nothing uses "
                + "it."),
        Entry(
            "crypto.seal-broken", "A key file cannot be opened",
            cause: "It was changed or renamed, or sealed under another master key than the one here.",
            remedy: "Restore the `keys` folder and its `master.key` from the same backup."),
        Entry(
            "crypto.unsafe-permissions", "Other users can read the keys",
            cause: "A key file or folder may be read or written by other users, so the keys can no longer be "
                + "called private.",
            remedy: "`chmod 700` the folder and `chmod 600` the files. If others had access, replace the keys."),
        Entry(
            "crypto.file", "A key file could not be read or written",
            cause: "The operating system refused; the message says why.",
            remedy: "Check permissions and free space of the data folder."),
    ]

    static let formatEntries: [Entry] = [
        Entry(
            "format.truncated", "The data ends too early",
            cause: "An element announces more octets than there are. The file was cut off, or is something else.",
            remedy: "Copy or download the file again."),
        Entry(
            "format.trailing-bytes", "There is data after the end",
            cause: "The structure is complete and something follows it.",
            remedy: "Remove what follows; files joined together have to be given one by one, or as PEM."),
        Entry(
            "format.unexpected-tag", "Another element was expected",
            cause: "The data is something else than it was said to be, or its fields are in another order.",
            remedy: "`sealwright inspect FILE` says what it is."),
        Entry(
            "format.malformed-header", "Malformed ASN.1",
            cause: "A tag or length is not encoded as X.690 says.",
            remedy: "The data is damaged or no ASN.1 at all; copy it again in binary mode."),
        Entry(
            "format.limit-exceeded", "A limit was passed",
            cause: "The data is nested deeper, longer or more numerous than anything in use.",
            remedy: "The message names the limit. Do not trust data that was made to pass it."),
        Entry(
            "format.invalid-value", "A field holds an impossible value",
            cause: "The standard does not allow this value.",
            remedy: "The message names the field. Correct the program that wrote it."),
        Entry(
            "format.missing-field", "A mandatory field is missing",
            cause: "The standard asks for this field.",
            remedy: "The message names the field. Correct the program that wrote it."),
        Entry(
            "format.unsupported-algorithm", "Unknown algorithm",
            cause: "The algorithm is not known here; the message gives its name or number.",
            remedy: "Use a usual one: RSA, ECDSA or Ed25519 with SHA-256 or better, AES."),
        Entry(
            "format.invalid-text", "The text does not follow its grammar",
            cause: "A name, serial number, identifier or PEM text was typed or copied wrongly.",
            remedy: "The message says where it stopped making sense."),
        Entry(
            "format.verification-failed", "A cryptographic check failed",
            cause: "A signature or digest inside the structure does not fit it: it was changed, or signed by "
                + "another key.",
            remedy: "Get the data again from its origin; do not trust this copy."),
        Entry(
            "format.password-needed", "A password is needed",
            cause: "The key, or everything in the file, is encrypted.",
            remedy: "Give the password with `--password-file`; an empty file stands for the empty password."),
        Entry(
            "format.password-wrong", "The password does not open it",
            cause: "The password is another one, is written in another alphabet, or the file is damaged.",
            remedy: "Check for a surplus line end or space in the password file; ask whoever made the file. The key of "
                + "a Java key store may have a password of its own."),
        Entry(
            "format.not-authenticated", "The file has no MAC",
            cause: "It was written without integrity protection, so a change to it would not show.",
            remedy: "Get a file with a MAC (do not use `-nomac`), or allow it with `--allow-unauthenticated` when you "
                + "trust the way it came."),
        Entry(
            "format.unsupported-form", "A form that is not read here",
            cause: "The standard knows this form and practically nobody writes it; the message names it.",
            remedy: "Write the file again in a usual form: PKCS#12 under a password, PKCS#8, PEM. `openssl pkcs8 "
                + "-topk8` makes PKCS#8 of a key."),
    ]

    static let storeEntries: [Entry] = [
        Entry(
            "store.unavailable", "The store does not work now",
            cause: "The database cannot be written or read: the disk is full or failing, the file is locked by "
                + "another process, or the server is stopping. Nothing is acknowledged that was not stored.",
            remedy: "Free space or repair the disk; CRL and OCSP are served meanwhile. The server resumes by "
                + "itself."),
        Entry(
            "store.corrupted", "The store holds something it should not",
            cause: "A row cannot be read as what it must be, or there is a trigger or a view, which no version makes. "
                + "The file was changed by another program, or the disk returned wrong data.",
            remedy: "Stop the server, keep a copy of the folder, and restore the last backup with `sealwright "
                + "restore`."),
        Entry(
            "store.schema-too-new", "The store was written by a newer version",
            cause: "A newer program has changed the layout of the database.",
            remedy: "Start that version or a later one, or restore a backup from before the upgrade."),
    ]

    static let networkEntries: [Entry] = [
        Entry(
            "network.invalid-url", "Not an http or https URL",
            cause: "The URL has no host, or another scheme.",
            remedy: "Write it as `http://host:port/path`."),
        Entry(
            "network.name-not-resolved", "The name does not resolve",
            cause: "The name is misspelt, it is known in another network only, or the name server does not answer.",
            remedy: "Ask for it with `getent hosts NAME` on the same machine, and look at `/etc/resolv.conf`."),
        Entry(
            "network.connection-failed", "Cannot connect",
            cause: "Nothing listens there, or a firewall is between.",
            remedy: "Check name and port, and that the server is running: `sealwright status --server URL`."),
        Entry(
            "network.connection-lost", "The connection ended before the answer",
            cause: "The peer was stopped, crashed or was restarted in the middle, or something between the two cut the "
                + "connection. What was asked for may have been done.",
            remedy: "Look whether it was done, then try again. An enrolment is gone on with by `sealwright scep poll`, "
                + "which never makes a second certificate. If it stays, look at the peer's log."),
        Entry(
            "network.timed-out", "No answer in time",
            cause: "The peer accepted the connection, or not even that, and did not answer.",
            remedy: "Check the network between, then the peer's load."),
        Entry(
            "network.protocol-violation", "The answer is not valid HTTP",
            cause: "Something else listens on this port, or a proxy cut the answer off.",
            remedy: "Check the port; HTTPS and HTTP have different ones."),
        Entry(
            "network.response-too-large", "The answer is too large",
            cause: "The peer sends more than any answer of this kind has.",
            remedy: "Check the URL."),
        Entry(
            "network.unusable-credential", "The TLS certificate or key cannot be used",
            cause: "Certificate and key do not belong together, or are of a kind TLS does not take.",
            remedy: "The message says which; let the server make a new one by restarting it."),
    ]

    static let serverEntries: [Entry] = [
        Entry(
            "server.data-folder", "The data folder cannot be used",
            cause: "It cannot be created, read or written, or it is open to other users.",
            remedy: "Give a folder you may write with `--data`, and `chmod 700` it."),
        Entry(
            "server.not-initialized", "There is no server in this folder",
            cause: "The command needs a data folder that `up` or `init` has made.",
            remedy: "`sealwright up` makes one and starts it. Check the path after `--data`. Where `init` was "
                + "interrupted, give it again: it goes on where it stopped, with the flags it had."),
        Entry(
            "server.already-initialized", "There is a server in this folder already",
            cause: "`init` never touches an existing hierarchy.",
            remedy: "`sealwright serve --data DIR` starts it. Give another folder for a new one."),
        Entry(
            "server.begun-otherwise", "The server in this folder was begun with other flags",
            cause: "An `init` was interrupted after it had made keys, and this one asks for another name or for other "
                + "keys: the authorities would be half of the one and half of the other.",
            remedy: "Repeat `sealwright init` with the flags it had, or without any, which takes those. For another "
                + "server give another folder with `--data`."),
        Entry(
            "server.database-lost", "The database of this folder is lost",
            cause: "A server was made here, its root certificate is still there, and `sealwright.db` is missing or "
                + "empty. New authorities in its place would be trusted by nobody.",
            remedy: "Restore a backup with `sealwright restore`. For a new server give an empty folder with `--data`."),
        Entry(
            "server.restore-unfinished", "A restore into this folder has not ended",
            cause: "What a restore unpacks lies in a folder beside or in the one it makes until all is proven. That "
                + "folder is there, so the restore is at work or was killed; a new server in its place would have other "
                + "authorities.",
            remedy: "Wait for the restore. If it was killed, restore again, which removes what it left, or remove the "
                + "folder that is named."),
        Entry(
            "server.folder-in-use", "Another process uses this folder",
            cause: "One process at a time may write a data folder.",
            remedy: "Stop that process first, or talk to it: administration commands work while it runs."),
        Entry(
            "server.cannot-listen", "A port cannot be opened",
            cause: "Another program listens on it, or it is below 1024 and needs a privilege.",
            remedy: "Choose others with `--http-port`, `--https-port` and `--device-port`."),
        Entry(
            "server.no-host-name", "No name that devices could use",
            cause: "Certificates hold URLs of this server, and it found neither a full host name nor an address.",
            remedy: "Give one with `--host ca.example.com`."),
        Entry(
            "server.unknown-endpoint", "No such endpoint",
            cause: "The settings name no SCEP endpoint like this.",
            remedy: "Use one of those the message names; without settings there is only `default`."),
        Entry(
            "server.no-tls-certificate", "The server has no TLS certificate",
            cause: "None was made, because there is no issuing authority or no host name.",
            remedy: "Give a name with `--host`; `sealwright doctor` says what else is missing."),
        Entry(
            "server.failed", "Something unexpected failed",
            cause: "A fault that no code describes; the message holds its own words.",
            remedy: "Try again; if it lasts, report it with the log around it."),
        Entry(
            "configuration.unreadable", "The configuration cannot be read",
            cause: "The file does not exist, may not be read, or is no YAML.",
            remedy: "The message names the file and the line. Check the path of `--config`, and whether this user may "
                + "read it."),
        Entry(
            "configuration.unknown-key", "Unknown configuration key",
            cause: "A key in the file, the environment or on the command line does not exist. It is refused, "
                + "because a misspelt key would silently leave the default.",
            remedy: "`sealwright config show` lists the keys; the message suggests the nearest."),
        Entry(
            "configuration.invalid-value", "A configuration value is not allowed",
            cause: "The value is outside what the key takes.",
            remedy: "The message says what is allowed."),
        Entry(
            "api.not-found", "There is no such thing",
            cause: "The path names no resource, or an object that does not exist.",
            remedy: "`/openapi.json` lists the paths."),
        Entry(
            "api.no-problem", "The answer is none of this interface",
            cause: "A refusal of the administration interface is a problem document; this answer is something else, "
                + "as of a proxy or of another server.",
            remedy: "Check the URL, and what stands between: `curl -i URL/version` shows who answers."),
        Entry(
            "api.invalid-request", "The request is not valid",
            cause: "A parameter or field of the body is missing or has a wrong value.",
            remedy: "The detail names the field; `/openapi.json` describes it."),
        Entry(
            "api.token-missing", "No access token was sent",
            cause: "The administration interface wants `Authorization: Bearer TOKEN`.",
            remedy: "Commands find the token through `--data DIR` or `--token-file F`."),
        Entry(
            "api.token-unknown", "The access token is not known",
            cause: "It was removed, or belongs to another server.",
            remedy: "Use the token file in this server's data folder, or one that `sealwright token create` made."),
        Entry(
            "api.body-too-large", "The request body is too large",
            cause: "No request to the administration interface needs that many octets.",
            remedy: "Check what was sent; the message names the limit."),
        Entry(
            "audit.chain-broken", "The audit trail was changed",
            cause:
                "A record does not fit the hash of the one before it: it was changed, dropped or swapped outside the "
                + "program.",
            remedy:
                "Keep a copy of the folder as evidence and find out who could write to it; compare with the last backup."
        ),
        Entry(
            "audit.head-missing", "A known head is not in the audit trail",
            cause:
                "The hash printed earlier belongs to no record, so the end of the trail was cut off or the folder is "
                + "another one.",
            remedy: "Check that it is the right folder; if it is, keep a copy as evidence."),
        Entry(
            "certificate.not-found", "No such certificate",
            cause: "No certificate issued here has this serial number.",
            remedy: "`sealwright certificate list` shows them; `--own` those of the server itself."),
        Entry(
            "api.token-expired", "The access token has expired",
            cause: "Tokens may have an end, and this one's has passed.",
            remedy: "Make another one: `sealwright token remove NAME`, then `sealwright token create NAME`."),
    ]
}
