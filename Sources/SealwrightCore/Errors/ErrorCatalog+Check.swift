// SPDX-License-Identifier: Apache-2.0

// The rules of `sealwright check`.

extension ErrorCatalog {
    static let checkEntries = trustRules + validityRules + nameRules + keyRules + revocationRules + formRules

    private static let trustRules: [Entry] = [
        Entry(
            "CHK-SIG-001", "A signature does not verify",
            cause: "The certificate or one above it was changed after it was signed, or another key signed it.",
            remedy: "Get the certificate anew from who issued it, with the chain that belongs to it."),
        Entry(
            "CHK-SIG-002", "The signature could not be checked",
            cause: "The certificate of the issuer is not at hand, or the algorithm is unknown here.",
            remedy: "Add the issuer's certificate to the file, or name it with `--trust`."),
        Entry(
            "CHK-TRUST-001", "Not issued by a trusted authority",
            cause: "No path leads from the certificate to a certificate that this machine trusts.",
            remedy: "Name the root with `--trust`, install it on the machine, or use an authority that it trusts."),
        Entry(
            "CHK-TRUST-002", "Clients do not trust it",
            cause: "No path leads to a certificate of the set given with `--client-trust`.",
            remedy: "Distribute the root to the clients before the certificate is used."),
        Entry(
            "CHK-TRUST-003", "The chain breaks a rule of path validation",
            cause: "An issuer is no authority, a path is too long, or an extension that must be understood is unknown.",
            remedy: "Have the certificate issued by an authority that may issue it."),
        Entry(
            "CHK-TRUST-004", "The name lies outside the authority's name constraints",
            cause: "An authority above it may certify certain names only, and this is none of them.",
            remedy: "Ask an authority that may certify this name."),
        Entry(
            "CHK-CHAIN-001", "The chain is not complete",
            cause:
                "An authority between the certificate and the root is missing. Programs that do not fetch it refuse.",
            remedy: "Add the missing certificate behind the server's own, in the order of issuing."),
        Entry(
            "CHK-CHAIN-002", "The chain is complete only for who fetches",
            cause:
                "The missing issuer stands at the URL in authorityInfoAccess. Browsers and Windows fetch it; OpenSSL, "
                + "Java, Go and device clients do not.",
            remedy: "Add the issuer's certificate to the chain; do not rely on fetching."),
        Entry(
            "CHK-CHAIN-003", "The chain is in the wrong order",
            cause: "A certificate does not follow the one it issued, or is there twice. TLS 1.2 asks for this order "
                + "and some programs do.",
            remedy: "Put the server's certificate first and each issuer behind what it issued, each once."),
        Entry(
            "CHK-CHAIN-004", "The root is sent along",
            cause:
                "Who trusts the root has it; who does not will not believe the copy. It costs octets each connection.",
            remedy: "Leave the self-signed certificate out of the chain."),
        Entry(
            "CHK-CHAIN-005", "A certificate that does not belong to the chain",
            cause: "It issued nothing in the chain. Usually it is left over from the certificate before.",
            remedy: "Leave it out."),
    ]

    private static let validityRules: [Entry] = [
        Entry(
            "CHK-VALID-001", "It has expired",
            cause: "The last day of the certificate, or of an authority above it, has passed.",
            remedy: "Renew it now, and have it renewed in time from then on."),
        Entry(
            "CHK-VALID-002", "It is not valid yet",
            cause: "Its first day is still to come, or this machine's clock is slow.",
            remedy: "Wait, or compare the clocks of this machine and of the authority."),
        Entry(
            "CHK-VALID-003", "Too little of its life is left for an import",
            cause: "The profile asks for a number of days of validity from the day of the import.",
            remedy: "Renew it first, then import the new one."),
        Entry(
            "CHK-VALID-004", "It should have been renewed",
            cause: "Less than a third of its life is left, or less than 30 days.",
            remedy: "Renew it, and find out why that did not happen by itself."),
        Entry(
            "CHK-VALID-005", "It lives longer than browsers accept",
            cause: "Public certificates may live 200 days since 15 March 2026, 100 from 15 March 2027 and 47 from "
                + "15 March 2029. Private authorities are not bound by it, but some clients are.",
            remedy: "Issue shorter certificates and renew them by machine."),
        Entry(
            "CHK-VALID-006", "Its validity cannot be read",
            cause: "notBefore or notAfter is no time.",
            remedy: "Have it issued anew; the encoding is broken."),
    ]

    private static let nameRules: [Entry] = [
        Entry(
            "CHK-EKU-001", "It is not for this purpose",
            cause: "The extended key usage is absent or does not name the purpose; for a server that is serverAuth.",
            remedy: "Issue it with the extended key usage serverAuth (1.3.6.1.5.5.7.3.1)."),
        Entry(
            "CHK-EKU-002", "It is for any purpose",
            cause: "The extended key usage names anyExtendedKeyUsage, which some programs do not accept.",
            remedy: "Issue it with the one purpose it has."),
        Entry(
            "CHK-EKU-003", "It is for more than it needs",
            cause: "A stolen key serves every purpose the certificate names.",
            remedy:
                "Issue it with the one purpose it has; public authorities stop issuing clientAuth beside serverAuth."),
        Entry(
            "CHK-NAME-001", "The name does not match",
            cause: "Neither a subjectAltName nor the subject is the name by which the server is reached.",
            remedy: "Issue it for this name, or reach the server by a name it has."),
        Entry(
            "CHK-NAME-002", "The name stands in the common name only",
            cause: "Current clients look at subjectAltName alone.",
            remedy: "Issue it with the name in subjectAltName."),
        Entry(
            "CHK-NAME-003", "A wildcard is broad",
            cause:
                "A wildcard directly below a public suffix or a registered domain covers servers that have nothing to "
                + "do with each other; one stolen key stands for all of them.",
            remedy: "Issue it for the names it needs, or put the servers under a subdomain of their own."),
        Entry(
            "CHK-NAME-004", "No name was compared",
            cause: "A file does not say by which name its server is reached.",
            remedy: "Give `--name`."),
        Entry(
            "CHK-NAME-005", "A name is malformed",
            cause: "A subjectAltName is no host name, address, mailbox or URI: a wildcard inside a label, a space, a "
                + "character beyond ASCII, an address as text. Some clients pass over the name, others refuse the "
                + "whole certificate.",
            remedy: "Issue it anew with names in the form that the message asks for."),
        Entry(
            "CHK-KU-001", "The key usage does not allow it",
            cause: "TLS servers sign with their key, and the key usage lacks digitalSignature.",
            remedy: "Issue it with the key usage digitalSignature."),
    ]

    private static let keyRules: [Entry] = [
        Entry(
            "CHK-HASH-001", "A broken hash",
            cause: "MD2, MD4 and MD5 signatures can be forged.",
            remedy: "Issue it anew with SHA-256."),
        Entry(
            "CHK-HASH-002", "SHA-1",
            cause: "SHA-1 signatures can be forged at a price, and current clients refuse them.",
            remedy: "Issue it anew with SHA-256."),
        Entry(
            "CHK-HASH-003", "A hash that the profile does not list",
            cause: "The profile lists the hash algorithms it accepts, and the signature uses none of them.",
            remedy: "Issue it anew with SHA-256, SHA-384 or SHA-512."),
        Entry(
            "CHK-KEY-001", "A kind of key that the profile does not list",
            cause: "The profile lists the kinds of key it accepts.",
            remedy: "Make a key of a kind that the message lists, and have a certificate issued for it."),
        Entry(
            "CHK-KEY-002", "The RSA key is short",
            cause: "Less than 2048 bits can be broken.",
            remedy: "Make a new key of 2048 bits or more, and have a certificate issued for it."),
        Entry(
            "CHK-KEY-003", "The private key is not this certificate's",
            cause: "The file holds a private key that belongs to another certificate.",
            remedy: "Put key and certificate of one request together."),
        Entry(
            "CHK-KEY-004", "The curve is weak or rarely accepted",
            cause: "Clients accept P-256 and P-384; fewer know others.",
            remedy: "Make a new key on P-256 or P-384."),
        Entry(
            "CHK-KEY-005", "The key is weak",
            cause: "Its numbers show a broken generator or a dangerous exponent; others may compute the private key.",
            remedy: "Make a new key with another program and replace every certificate that holds this one."),
        Entry(
            "CHK-KEY-006", "One key in several places",
            cause: "Two different certificates, or two hosts, have the same key: who takes one has the other.",
            remedy: "Make a key of its own for each."),
        Entry(
            "CHK-KEY-007", "A curve that current clients do not know",
            cause: "TLS 1.3, browsers and the libraries of most devices know no certificate on this curve.",
            remedy: "Make a new key on P-256 or P-384."),
    ]

    private static let revocationRules: [Entry] = [
        Entry(
            "CHK-REV-001", "It is revoked",
            cause: "A CRL or an OCSP response says that it, or an authority above it, is revoked.",
            remedy: "Replace it; a revocation is final unless its reason is certificateHold."),
        Entry(
            "CHK-REV-002", "It does not say where to ask for revocation",
            cause: "There is neither a CRL distribution point nor an OCSP URL, so its revocation goes unnoticed.",
            remedy: "Issue it with those URLs, unless it lives for hours only."),
        Entry(
            "CHK-REV-003", "What tells about revocation is out of date",
            cause: "A CRL or OCSP response counts until its nextUpdate, and that has passed; or it cannot be used.",
            remedy: "Fetch it again; if the newest one is out of date too, its publisher has stopped."),
        Entry(
            "CHK-REV-004", "What tells about revocation cannot be fetched",
            cause: "The URL of a CRL or OCSP responder does not answer, or answers something else.",
            remedy: "Open the way to the URL, or correct the URL in the certificates that are issued."),
        Entry(
            "CHK-REV-005", "It cannot be revoked",
            cause: "It is its own issuer, so nobody publishes a revocation of it that others look at.",
            remedy: "When its key is lost, put its fingerprint on the deny list and replace it everywhere."),
        Entry(
            "CHK-REV-006", "It is on the deny list",
            cause: "Somebody put its fingerprint or serial number on the list of what is never accepted.",
            remedy: "Replace the certificate and its key."),
        Entry(
            "CHK-REV-007", "Must-staple is not kept",
            cause: "The certificate promises an OCSP response in the handshake, and the server sent none. Clients that "
                + "know the promise refuse.",
            remedy: "Turn OCSP stapling on, or issue it without the TLS feature."),
        Entry(
            "CHK-REV-008", "Nothing tells whether it is revoked",
            cause: "CRLs were given, and none of them is its issuer's.",
            remedy: "Give the CRL of its issuer with `--crl`, or let it be fetched with `--online`."),
    ]

    private static let formRules: [Entry] = [
        Entry(
            "CHK-FMT-001", "Not a PKCS#12 file",
            cause: "The profile asks for .pfx, the form that holds certificate, key and chain in one file.",
            remedy: "Convert it: `openssl pkcs12 -export -in cert.pem -inkey key.pem -out cert.pfx`."),
        Entry(
            "CHK-FMT-002", "The file holds no private key",
            cause: "A server needs the private key beside its certificate.",
            remedy: "Export it with its private key."),
        Entry(
            "CHK-FMT-003", "The password is wrong",
            cause: "The file is protected, and the password given, or none, does not open it.",
            remedy: "Give the right password with `--password-file`."),
        Entry(
            "CHK-FMT-004", "The file is protected by an old cipher",
            cause: "RC2 and triple DES protect the key; current programs no longer open such files by default.",
            remedy: "Export it anew with AES-256."),
        Entry(
            "CHK-FMT-005", "Not readable as a certificate",
            cause: "The file is not what its name says, or is broken.",
            remedy: "Look at it with `sealwright inspect`."),
        Entry(
            "CHK-FMT-006", "No certificate in it",
            cause: "The file can be read, but holds something else.",
            remedy: "Give the file with the certificate."),
        Entry(
            "CHK-CA-001", "It is an authority's certificate",
            cause: "basicConstraints says CA:TRUE. Who has its key can issue certificates for every name.",
            remedy: "Issue a certificate of its own for the server."),
        Entry(
            "CHK-CA-002", "The serial number is not allowed",
            cause: "It has more than 20 octets, or is zero or negative.",
            remedy: "Have it issued anew with a positive serial number of at most 20 octets."),
        Entry(
            "CHK-CA-003", "The serial number can be guessed",
            cause: "It has less than 64 bits, so that collisions of the hash could be prepared.",
            remedy: "Let the authority draw serial numbers of 16 random octets."),
        Entry(
            "CHK-TLS-001", "An old version of TLS is offered",
            cause: "SSL 3, TLS 1.0 and TLS 1.1 are out of use.",
            remedy: "Set the server's minimum to TLS 1.2."),
        Entry(
            "CHK-TLS-002", "A weak cipher suite is offered",
            cause: "The suite lacks forward secrecy or authenticated encryption, or uses a cipher of old.",
            remedy: "Offer ECDHE with AES-GCM or ChaCha20-Poly1305 only."),
        Entry(
            "CHK-TLS-003", "TLS 1.3 is not offered",
            cause: "Clients have used it since 2018; it is faster and hides the certificate from onlookers.",
            remedy: "Turn TLS 1.3 on."),
        Entry(
            "CHK-TLS-004", "The handshake failed",
            cause: "The server answers, but no TLS connection comes about.",
            remedy: "Look at every fault with `sealwright tls test`."),
        Entry(
            "CHK-TLS-005", "A broken cipher suite is offered",
            cause: "The suite encrypts nothing, authenticates nobody, or uses RC4, RC2, DES or keys of 40 bits.",
            remedy: "Offer ECDHE with AES-GCM or ChaCha20-Poly1305 only."),
        Entry(
            "CHK-NET-001", "It cannot be reached",
            cause: "The name is unknown, nobody listens, or a firewall is in between.",
            remedy: "Check host and port, and whether the server runs."),
        Entry(
            "CHK-NET-002", "No answer within the time limit",
            cause: "The server or file keeps the reader waiting.",
            remedy: "Check the server, or give more time with `--timeout`."),
        Entry(
            "CHK-NET-003", "Neither a file nor a server",
            cause: "A subject, or a line of the hosts file, is no file and cannot be read as HOST[:PORT].",
            remedy: "Write one host a line or argument, such as `www.example.test:443`."),
    ]
}
