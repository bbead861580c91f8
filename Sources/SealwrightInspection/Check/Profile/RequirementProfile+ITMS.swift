// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

extension RequirementProfile {
    /// What Symantec Management Platform 7.5 asks of its SSL certificate: Table 1 of the platform's document, row for
    /// row.
    ///
    /// SHA-1 and a name in the common name only are accepted as the table says, and warned of, because clients of today
    /// refuse them. The last two rows are not in the table: revocation, because the document says of self-signed
    /// certificates that they cannot be revoked, and access.
    ///
    /// Source: "How to run ITMS 7.5 on HTTPS", 23 January 2014, Table 1.
    package static let itms75 = RequirementProfile(
        name: "itms-7.5", title: "Symantec Management Platform 7.5, requirements for SSL certificates",
        values: RequirementValues(
            digests: [.sha1, .sha256, .sha384, .sha512], keyKinds: [.rsa], minimumRSABits: 0,
            curves: [.p256, .p384, .p521], importSeconds: 30 * 86_400, judgesIssuers: false, comparesWithMachine: true,
            countsSubject: true, acceptsAnyPurpose: false, asksServersOnly: true),
        rows: [
            Row(
                .signature, "The certificate has a valid digital signature.",
                [.signatureInvalid: .error, .signatureUnchecked: .note]),
            Row(
                .trust, "It is issued by an authority that the server's computer trusts.",
                [.untrusted: .error, .untrustedByClients: .error, .pathBroken: .error, .nameNotPermitted: .error]),
            Row(
                .validity, "It is valid for at least 30 days from the import.",
                [
                    .expired: .error, .notYetValid: .error, .importWindow: .error, .validityUnreadable: .error,
                ]),
            Row(
                .purpose, "The enhanced key usage is Server Authentication (1.3.6.1.5.5.7.3.1).",
                [.purposeMissing: .error]),
            Row(
                .name, "Subject or subject alternative name is the computer's fully qualified domain name.",
                [.nameMismatch: .error, .commonNameOnly: .warning, .nameNotAsked: .warning]),
            Row(
                .hash, "The hash is SHA1, SHA256, SHA384 or SHA512.",
                [.hashBroken: .error, .hashSHA1: .warning, .hashNotListed: .error]),
            Row(.key, "The asymmetric algorithm is RSA.", [.keyKind: .error, .keyMismatch: .error]),
            Row(
                .format, "The file is a .pfx (PKCS#12) with its private key.",
                [.notPKCS12: .error, .noPrivateKey: .error, .wrongPassword: .error, .legacyEncryption: .note]),
            Row(
                .revocation, "It is neither revoked nor on the deny list.",
                [.revoked: .error, .denied: .error, .cannotBeRevoked: .note, .revocationStale: .warning]),
            accessRow,
        ])
}
