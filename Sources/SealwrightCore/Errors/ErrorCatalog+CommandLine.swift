// SPDX-License-Identifier: Apache-2.0

// What the command line itself refuses, before a server or file is asked.

extension ErrorCatalog {
    static let commandLineEntries: [Entry] = [
        Entry(
            "cli.answer-unreadable", "The server's answer cannot be read",
            cause: "The server is of another version than this program, or something else answers at its address.",
            remedy: "Compare `sealwright --version` with the server's `/version`."),
        Entry(
            "cli.cannot-write", "A file cannot be written",
            cause: "The folder is missing, belongs to somebody else, or the disk is full.",
            remedy: "Name a file in a folder you may write."),
        Entry(
            "cli.code-missing", "No code was given",
            cause: "`sealwright explain` explains one code.",
            remedy: "Give the code that stands in brackets behind an error, or `--list`."),
        Entry(
            "cli.deny-list", "A line of a deny list cannot be read",
            cause: "An entry is a fingerprint or a serial number, hexadecimal; `#` begins a comment.",
            remedy: "Correct the line that the message names."),
        Entry(
            "cli.failed", "The command failed",
            cause: "Something happened that has no code of its own; the message says what.",
            remedy: "Report it with the message and the command."),
        Entry(
            "cli.no-such-user", "The machine has no such user",
            cause: "Keys of a user's container are handed to the account of that name, and there is none.",
            remedy: "Make the account, or the container for another user."),
        Entry(
            "cli.file-exists", "The file exists",
            cause: "What cannot be fetched again, such as a key, a PKCS#12 file or a backup, is never written over by "
                + "accident, and nothing takes the place of a private key.",
            remedy: "Name another file, or remove the old one first; `--force` writes over it where a command has it."),
        Entry(
            "cli.usage", "The command line is not understood",
            cause: "A flag or argument is unknown, missing or has no value.",
            remedy: "`--help` behind the command shows what there is, with an example."),
        Entry(
            "cli.file-not-found", "A file cannot be read",
            cause: "It is not there, or belongs to somebody else.",
            remedy: "Check the path."),
        Entry(
            "cli.file-too-large", "A file is too large",
            cause: "Nothing that the command reads has this size.",
            remedy: "Check that it is the right file."),
        Entry(
            "cli.key-mismatch", "Key and certificate do not belong together",
            cause: "The certificate holds another public key than the private key file.",
            remedy: "`sealwright inspect` shows the same Key SHA-256 for both when they belong together."),
        Entry(
            "cli.key-missing", "A key is not at hand",
            cause: "The command goes on with a key that an earlier one made, and the file is not given.",
            remedy: "Give the key file of the first command."),
        Entry(
            "cli.key-type", "Unknown type of key",
            cause: "The word is none of the types of keys that can be made.",
            remedy: "Use rsa-2048, rsa-3072, rsa-4096, ec-p256 or ec-p384."),
        Entry(
            "cli.name", "A name cannot be read",
            cause: "Alternative names are written with their kind in front.",
            remedy: "Write `DNS:host.example`, `IP:192.0.2.7`, `email:a@b.example` or `URI:https://…`."),
        Entry(
            "cli.no-server", "No server is named",
            cause: "The command speaks to a SCEP server and does not know which.",
            remedy: "Give `--url URL`, or `--data DIR` for a server on this machine."),
        Entry(
            "cli.no-subject", "Nothing to check was named",
            cause: "The command checks files, folders, servers, or the certificates of an installation.",
            remedy: "Name a file, a folder or HOST:PORT, or give `--data DIR`."),
        Entry(
            "cli.not-a-certificate", "No certificate in a file",
            cause: "The file was named as one of certificates, and holds none in PEM, DER or PKCS#7.",
            remedy: "Look at it with `sealwright inspect`."),
        Entry(
            "cli.not-a-crl", "No CRL in a file",
            cause: "The file was named as one of CRLs, and holds none in PEM or DER.",
            remedy: "Look at it with `sealwright inspect`."),
        Entry(
            "cli.not-a-key", "Not a private key",
            cause: "The file holds no private key, or one under a password.",
            remedy: "Give an unencrypted PKCS#8 key, such as `openssl genpkey` writes."),
        Entry(
            "cli.not-a-moment", "A moment cannot be read",
            cause: "Moments are written as RFC 3339 does; without an offset they are UTC.",
            remedy: "Write `2027-03-15T12:00:00Z`, or `2027-03-15` for the begin of a day."),
        Entry(
            "cli.not-a-server", "Neither a file nor a server",
            cause: "There is no such file, and the text is no host name or address with a port.",
            remedy: "Check the path, or write HOST:PORT; an IPv6 address stands in brackets."),
        Entry(
            "cli.not-a-peer", "Not a peer",
            cause: "A TLS peer is named by a host and a port.",
            remedy: "Write HOST:PORT, with brackets around an IPv6 address."),
        Entry(
            "cli.not-a-request", "Not a certification request",
            cause: "The file holds no PKCS#10 in PEM or DER.",
            remedy: "`sealwright inspect FILE` says what it is."),
        Entry(
            "cli.not-a-state", "Not a pending SCEP request",
            cause: "The file was not written by `sealwright scep enroll` for a request that waits.",
            remedy: "Give the file that `--state` named then, or enrol anew."),
        Entry(
            "cli.not-confirmed", "Not confirmed",
            cause: "The question was not answered with yes, so nothing was changed.",
            remedy: "Answer yes, or give `--yes` in a script."),
        Entry(
            "cli.poll-files", "Files are missing",
            cause: "Polling needs to know what waits and where the result goes.",
            remedy: "Give `--state`, `--key-out` and `--cert-out`."),
        Entry(
            "cli.serial", "Not a serial number",
            cause: "Serial numbers are hexadecimal, in either case, with or without colons.",
            remedy: "Copy it from `sealwright certificate list` or `sealwright inspect`."),
        Entry(
            "cli.server-not-running", "The server is not running",
            cause: "The data folder does not say where a server listens.",
            remedy: "Start it with `sealwright up --data DIR`."),
        Entry(
            "cli.signing-failed", "Signing failed",
            cause: "The key cannot sign the request.",
            remedy: "Check the key with `sealwright inspect`, or make a new one."),
        Entry(
            "cli.tls-options", "Options of the TLS test do not fit",
            cause: "One of the options has a value it cannot have, or needs another one.",
            remedy: "The message names it; `sealwright tls test --help` shows them all."),
        Entry(
            "cli.token-missing", "No access token",
            cause: "A server elsewhere lets in nobody without a token.",
            remedy: "Give `--token-file F`; on the server's machine it is `admin.token` in the data folder."),
        Entry(
            "cli.token-unreadable", "The access token cannot be read",
            cause: "The file is not there, or belongs to somebody else, as it should.",
            remedy: "Run the command as the user that runs the server, or copy the token to a file of yours. A lost "
                + "`admin.token` is made anew when the server starts."),
        Entry(
            "cli.two-servers", "Two servers were named",
            cause: "A command speaks to one server.",
            remedy: "Give either the data folder or the URL."),
        Entry(
            "cli.unknown-code", "Unknown code",
            cause: "No error has this code.",
            remedy: "`sealwright explain --list` shows them all."),
        Entry(
            "cli.unknown-format", "Unknown format",
            cause: "The word is none of the forms in which results are told.",
            remedy: "Choose one that the message lists."),
        Entry(
            "cli.unknown-profile", "Unknown requirement profile",
            cause: "The word is none of the profiles.",
            remedy: "Choose `modern` or `itms-7.5`."),
        Entry(
            "cli.unknown-severity", "Unknown severity",
            cause: "`--fail-on` says from which severity on the exit status is 1.",
            remedy: "Choose `error` or `warning`."),
        Entry(
            "cli.unknown-starttls", "Unknown protocol before TLS",
            cause: "The word behind `--starttls` is no protocol that begins in the clear.",
            remedy: "Choose one of those the message lists."),
        Entry(
            "cli.unknown-type", "Unknown type",
            cause: "The word behind `--type` is not known.",
            remedy: "Leave it out: the type is found out."),
        Entry(
            "cli.url-status", "The URL gives nothing",
            cause: "The server at the URL answered with an error.",
            remedy: "Check the URL; the message has the status."),
        Entry(
            "cli.no-certificate", "There is no certificate in the file",
            cause: "The file holds none, or something else than PEM or DER certificates.",
            remedy: "`sealwright inspect FILE` says what it is."),
        Entry(
            "cli.nothing-to-verify", "No certificate was named",
            cause: "`sealwright verify` judges the certificates it is given.",
            remedy: "Name its file."),
        Entry(
            "cli.time", "Not a moment",
            cause: "Moments are written as RFC 3339 does, in UTC without an offset, or as seconds since 1970.",
            remedy: "Write `2026-11-28T12:00:00Z`, `2026-11-28` or a number."),
    ]
}
