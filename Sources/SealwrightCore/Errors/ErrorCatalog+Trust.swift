// SPDX-License-Identifier: Apache-2.0

// What trust evaluation finds in a certificate or its path.

extension ErrorCatalog {
    static let trustEntries: [Entry] = trustPathEntries + trustRuleEntries + trustRevocationEntries

    private static let trustPathEntries: [Entry] = [
        Entry(
            "trust.issuer-unknown", "The issuer is not at hand",
            cause: "No path leads from the certificate to a trust anchor: an authority between is missing, or its root "
                + "is not trusted here.",
            remedy: "Add the issuer's certificate to the chain that is sent, or its root to the trust anchors. "
                + "`sealwright inspect` shows the issuer and often where its certificate can be fetched."),
        Entry(
            "trust.self-signed", "The certificate is self-signed and not trusted here",
            cause: "It is its own issuer, so only trusting this very certificate can make it acceptable.",
            remedy: "Add the certificate itself to the trust anchors of the other side, or replace it by one that an "
                + "authority issued."),
        Entry(
            "trust.signature-invalid", "A signature does not verify",
            cause: "The certificate was changed, or its issuer's name belongs to another key than the one at hand.",
            remedy: "Get certificate and issuer anew. After a change of the issuer's key, both issuer certificates may "
                + "be needed."),
        Entry(
            "trust.expired", "The certificate has ended",
            cause: "The moment of the check lies after notAfter. Validity is compared in whole seconds and without "
                + "tolerance.",
            remedy: "Renew it. If it is new, check the clock of the machine that checks."),
        Entry(
            "trust.not-yet-valid", "The certificate is not valid yet",
            cause: "The moment of the check lies before notBefore, usually because two clocks differ.",
            remedy: "Check the clocks of this machine and of the issuer, or wait."),
        Entry(
            "trust.not-an-authority", "A certificate was issued by one that is no authority",
            cause: "The issuer's basicConstraints do not say CA:TRUE, so anybody with a server certificate could have "
                + "made this one.",
            remedy: "Have the certificate issued by an authority."),
        Entry(
            "trust.path-too-long", "There are too many authorities in the path",
            cause: "A path length constraint of an authority, or the limit of the check, is passed.",
            remedy: "Use an authority nearer to the root, or one whose path length allows this."),
        Entry(
            "trust.name-not-permitted", "An authority certified a name it may not certify",
            cause: "Name constraints of an authority above exclude the name or do not include it.",
            remedy: "Have the certificate issued by an authority that may certify this name, or without it."),
        Entry(
            "trust.policy-missing", "No certificate policy holds for the whole path",
            cause: "A policy is required, by the check or by an authority, and none that is acceptable is asserted or "
                + "mapped all the way down.",
            remedy: "Ask for another policy, or have the certificate issued under one that is asked for."),
        Entry(
            "trust.critical-extension", "A critical extension is unknown",
            cause: "The certificate says that whoever does not know this extension must refuse it.",
            remedy: "Have it issued without the extension, or with the extension not critical."),
        Entry(
            "trust.budget-exceeded", "The check cost too much",
            cause: "Building the path passed a limit: signatures, comparisons with name constraints, steps of the "
                + "search. Only certificates made to cause work do that.",
            remedy: "Send only the certificates of the chain."),
    ]

    private static let trustRuleEntries: [Entry] = [
        Entry(
            "trust.denied", "The certificate is on the deny list",
            cause: "Somebody decided that this very certificate is never trusted; for self-signed ones this stands in "
                + "for revocation.",
            remedy: "Replace certificate and key, or take it off the list."),
        Entry(
            "trust.name-mismatch", "The certificate has another name",
            cause:
                "The name asked for is not in subjectAltName. A wildcard stands for exactly one left-most label; the "
                + "commonName does not count.",
            remedy: "Issue it anew with the name in subjectAltName, or use a name it has. For scheduling agents, the "
                + "setting TLS Certificate Distinguished Name names what the certificate has."),
        Entry(
            "trust.common-name-only", "The name stands in the commonName only",
            cause:
                "The certificate has no subjectAltName. It was accepted by a rule made for old certificates; browsers "
                + "and current libraries refuse it.",
            remedy: "Issue it anew with the name in subjectAltName."),
        Entry(
            "trust.purpose-missing", "The certificate is made for something else",
            cause: "Its extended key usage, or that of an authority above it, does not include the purpose.",
            remedy: "Issue it from a profile whose extended key usage names the purpose, such as serverAuth."),
        Entry(
            "trust.key-usage-missing", "The key may not be used for this",
            cause: "The key usage lacks what the work needs: keyCertSign for an authority, cRLSign for CRLs, "
                + "digitalSignature for TLS.",
            remedy: "Issue the certificate anew with the key usage its work needs."),
        Entry(
            "trust.weak-signature", "The signature algorithm is too weak",
            cause: "Signatures with MD5 and SHA-1 can be forged.",
            remedy: "Have the certificate signed anew with SHA-256 or better. `--allow-sha1` takes old ones for now."),
        Entry(
            "trust.weak-key", "A key is too weak",
            cause: "An RSA key has fewer bits than the rules ask for, or a curve is not allowed.",
            remedy: "Make a new key: RSA of 2048 bits or more, or P-256 or P-384."),
        Entry(
            "trust.algorithm-unsupported", "An algorithm is not supported",
            cause:
                "DSA, explicit curve parameters, Ed448 and post-quantum signatures are read but not calculated with.",
            remedy: "Use RSA, ECDSA on a NIST curve, or Ed25519."),
        Entry(
            "trust.algorithm-mismatch", "The certificate names two signature algorithms",
            cause: "The algorithm inside the signed part and the one beside the signature must be the same.",
            remedy: "Get the certificate anew; it was changed or made by a broken program."),
        Entry(
            "trust.malformed", "A part of the certificate cannot be read",
            cause: "An extension that decides about the path is broken, or stands there twice.",
            remedy: "`sealwright inspect` shows which. Get the certificate anew."),
        Entry(
            "trust.version", "The certificate has the wrong version",
            cause: "Certificates of version 1 and 2 cannot say what they may be used for.",
            remedy: "Issue a version 3 certificate."),
        Entry(
            "trust.serial-number", "The serial number is not allowed",
            cause: "Serial numbers are positive and have at most 20 octets.",
            remedy: "Issue the certificate anew with a random serial number of 16 octets."),
        Entry(
            "trust.authority-as-leaf", "An authority's certificate is used as an end entity's",
            cause: "Under the web's rules a server must not use an authority's key.",
            remedy: "Issue a certificate of its own for this use."),
        Entry(
            "trust.profile", "The issuer broke a rule for issuing",
            cause:
                "The strictness asked for includes the issuer's duties, such as key identifiers, criticality and the "
                + "forms of names.",
            remedy: "Tell the issuer, or check with `--strictness path`, which asks for what path validation needs."),
    ]

    private static let trustRevocationEntries: [Entry] = [
        Entry(
            "trust.revoked", "The certificate is revoked",
            cause: "A CRL or OCSP response says so; the evidence names serial, date and reason.",
            remedy: "Replace the certificate. Only the reason certificateHold can be taken back by the issuer."),
        Entry(
            "trust.revocation-unknown", "Nothing tells whether the certificate is revoked",
            cause:
                "Among the CRLs and OCSP responses at hand none is about this certificate, or for some reasons only.",
            remedy: "Give the CRL of its issuer. `sealwright inspect` shows where the certificate says it is."),
        Entry(
            "trust.revocation-stale", "The revocation information is out of date",
            cause: "The CRL or OCSP response about the certificate ended before the moment of the check.",
            remedy: "Fetch the newest. If the issuer publishes none, its CRL service has stopped."),
        Entry(
            "trust.revocation-unusable", "The revocation information cannot be used",
            cause: "Its signature does not verify, its signer may not sign it, or it has a critical part unknown here.",
            remedy: "Fetch it anew; if it stays so, tell the issuer."),
        Entry(
            "trust.revocation-impossible", "Nobody can revoke this certificate",
            cause: "A self-signed certificate has no issuer who could list it.",
            remedy: "Put it on the deny list when its key is lost."),
    ]
}
