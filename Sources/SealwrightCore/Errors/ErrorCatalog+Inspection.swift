// SPDX-License-Identifier: Apache-2.0

// What `sealwright inspect` and `sealwright scep explain` tell.

extension ErrorCatalog {
    static let inspectionEntries: [Entry] = [
        Entry(
            "inspect.empty", "There is nothing in it",
            cause: "The file or answer holds no octets, or only white space.",
            remedy: "Look whether the program that wrote it reported an error."),
        Entry(
            "inspect.too-large", "Larger than what is looked at",
            cause: "No certificate, message or list in use has this size.",
            remedy: "Cut out the part that is meant."),
        Entry(
            "inspect.unrecognized", "Nothing that is known here",
            cause:
                "It is neither DER nor PEM nor Base64 of a certificate, request, CRL, OCSP, CMS or SCEP message or key.",
            remedy:
                "Check that it was copied in binary mode and whole. `--type` says what it should be, and the error then "
                + "says where it differs."),
        Entry(
            "inspect.unsupported", "Known, but not readable here",
            cause: "The file is of a kind that this version does not read.",
            remedy: "Convert it with OpenSSL; the message says what it is."),
        Entry(
            "inspect.not-a-request", "Not a SCEP request",
            cause: "The text is neither a message, nor its Base64, nor a URL, query or HTTP request of SCEP.",
            remedy: "Capture the body of the POST, or the whole line of the GET."),
        Entry(
            "inspect.expired", "It has expired",
            cause: "Its last day has passed. Everybody who checks it refuses it.",
            remedy: "Renew it, or enrol anew where it is too late for that."),
        Entry(
            "inspect.not-yet-valid", "It is not valid yet",
            cause: "Its first day is still to come, or this machine's clock is slow.",
            remedy: "Compare the clocks of this machine and of the one that made it."),
        Entry(
            "inspect.expires-soon", "It expires soon",
            cause: "Less than a tenth of its life is left. Clients usually renew when a third is left, so the renewal "
                + "probably fails.",
            remedy: "Look at the client's log and at `sealwright audit list` for refused renewals."),
        Entry(
            "inspect.stale", "It is out of date",
            cause: "A CRL or OCSP answer counts until its nextUpdate, and that has passed.",
            remedy: "Fetch it again. If the newest one is out of date too, its publisher has stopped."),
        Entry(
            "inspect.weak-key", "The key is weak",
            cause: "It is too short, or was made by a broken generator; others may compute the private key.",
            remedy: "Make a new key and replace every certificate that holds this one."),
        Entry(
            "inspect.unknown-key", "A key of an unknown kind",
            cause: "The algorithm of the public key is not known here.",
            remedy: "Use RSA, a NIST curve or Ed25519 where others have to understand it."),
        Entry(
            "inspect.key-unchecked", "A key was not searched for weaknesses",
            cause: "It is longer than the keys in use, and searching it would take long.",
            remedy: "Nothing, if it is known where the key comes from; many programs refuse keys of this length."),
        Entry(
            "inspect.legacy-algorithm", "An algorithm that no longer protects",
            cause: "SHA-1 and MD5 signatures can be forged; DES and triple DES can be broken.",
            remedy: "Issue or send it anew with SHA-256 and AES."),
        Entry(
            "inspect.signature-invalid", "A signature does not hold",
            cause: "It was changed after it was signed, or another key signed it.",
            remedy: "Get it again from its origin; do not trust this copy."),
        Entry(
            "inspect.signature-unchecked", "A signature could not be checked",
            cause: "The key or algorithm is of a kind that is not known here.",
            remedy: "Check it with a program that knows the algorithm."),
        Entry(
            "inspect.deviation", "It deviates from its standard",
            cause: "A field is not in the form that the standard asks for. Some programs accept it, others do not.",
            remedy: "The sentence names the field. Correct the program that wrote it."),
        Entry(
            "inspect.extension-unreadable", "An extension cannot be read",
            cause: "The extension is known, and its contents are not what its standard says.",
            remedy: "Correct the program that wrote it; relying parties refuse the certificate."),
        Entry(
            "inspect.extension-unknown", "An unknown critical extension",
            cause: "Whoever does not know a critical extension must refuse what carries it.",
            remedy: "Check that those who use it know this extension."),
        Entry(
            "inspect.extension-missing", "An extension is missing",
            cause: "Relying parties need it to find the issuer, or to accept an authority at all.",
            remedy: "Issue it anew with a profile that writes the extension."),
        Entry(
            "inspect.name-missing", "A name is missing",
            cause: "It holds no name that a relying party could compare with whom it talks to.",
            remedy: "Issue it anew with a subjectAltName."),
        Entry(
            "inspect.pointers-missing", "It does not say where to ask for revocation",
            cause: "There is neither a CRL distribution point nor an OCSP URL, so its revocation goes unnoticed.",
            remedy: "Issue it anew with those URLs, unless it lives for hours only."),
        Entry(
            "inspect.challenge-readable", "A challenge lies open",
            cause: "A PKCS#10 carries its challenge in the clear; only SCEP's envelope hides it.",
            remedy: "Delete the file, or revoke the challenge when others may have seen it."),
        Entry(
            "inspect.key-unprotected", "A private key without a password",
            cause: "Whoever can read the file has the key.",
            remedy: "Restrict the file to its owner, or encrypt it with `openssl pkcs8 -topk8`."),
        Entry(
            "inspect.pfx-legacy", "The PKCS#12 is weakly protected",
            cause: "It is encrypted with Triple DES, RC2 or DES, as Windows before 10 and OpenSSL 1.x wrote it, or its "
                + "MAC uses MD5.",
            remedy: "Take it out with `sealwright pfx extract` and write it again with `sealwright pfx create`, unless "
                + "an old program must read it; change a key that travelled in a file under RC2 with 40 bits."),
        Entry(
            "inspect.pfx-unauthenticated", "The PKCS#12 has no MAC",
            cause: "It was written without integrity protection; certificates in it could have been exchanged.",
            remedy: "Write it again with a MAC. `--allow-unauthenticated` reads it all the same."),
        Entry(
            "inspect.pfx-few-iterations", "The password is stretched too little",
            cause: "The key derivation has under 10,000 rounds. OpenSSL writes 2,048 and Windows 2,000 unless told "
                + "otherwise.",
            remedy: "Use a long random password, or write it again: `sealwright pfx create` takes 150,000 rounds."),
        Entry(
            "inspect.pfx-key-without-certificate", "A private key without its certificate",
            cause: "No certificate in the file has the public half of this key, so programs will not offer it.",
            remedy: "Write the file again with the certificate that belongs to the key."),
        Entry(
            "inspect.pfx-key-locked", "A private key that stays closed",
            cause: "It is under another password than the file; Java key stores can have that.",
            remedy: "Give the key the password of the store (`keytool -keypasswd`), or ask for its password."),
        Entry(
            "inspect.pfx-password-needed", "There is more in it than can be seen",
            cause: "The file is under a password, and none was given.",
            remedy: "Give it with `--password-file FILE`."),
        Entry(
            "inspect.label-wrong", "The PEM label does not fit",
            cause: "The line BEGIN names something else than the block holds.",
            remedy: "Correct the label; strict programs refuse the file."),
        Entry(
            "inspect.not-shown", "There is more than is shown",
            cause: "Long lists are cut off, so that the page stays readable.",
            remedy: "Use a program made for lists, such as `openssl crl -text`, to see the rest."),
        Entry(
            "inspect.capability-missing", "The server does not announce something",
            cause: "Clients choose algorithms and transport by GetCACaps; what is missing there they do not use.",
            remedy: "Update the server, or expect old algorithms in its messages."),
        Entry(
            "inspect.not-limbo", "This is no file of x509-limbo cases",
            cause: "`sealwright verify --limbo` reads the JSON that `limbo compile` writes, in version 1 of its form.",
            remedy: "Give that file."),
    ]
}
