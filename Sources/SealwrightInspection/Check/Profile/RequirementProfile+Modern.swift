// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

extension RequirementProfile {
    /// What a careful administrator checks today.
    ///
    /// Source: CA/Browser Forum Baseline Requirements 2.x, sections 6.1.5, 6.3.2 and 7.1; RFC 9325; RFC 9525; RFC 5280.
    package static let modern = RequirementProfile(
        name: "modern", title: "What current clients accept and a careful administrator checks",
        values: RequirementValues(
            digests: [.sha256, .sha384, .sha512], keyKinds: [.rsa, .ec, .ed25519], minimumRSABits: 2_048,
            curves: [.p256, .p384], importSeconds: 0, judgesIssuers: true, comparesWithMachine: false,
            countsSubject: false, acceptsAnyPurpose: true, asksServersOnly: false),
        rows: certificateRows + keyRows + [
            Row(
                .tls, "TLS 1.2 and 1.3 with forward secrecy and authenticated encryption, nothing older.",
                [
                    .oldVersion: .error, .brokenSuite: .error, .handshakeFailed: .error, .weakSuite: .warning,
                    .noTLS13: .warning,
                ]),
            accessRow,
        ])

    private static let certificateRows = [
        Row(
            .signature, "Every signature up to the trust anchor verifies.",
            [.signatureInvalid: .error, .signatureUnchecked: .warning]),
        Row(
            .trust, "A path leads to a trust anchor, of the clients too.",
            [.untrusted: .error, .untrustedByClients: .error, .pathBroken: .error, .nameNotPermitted: .error]),
        Row(
            .chain, "Every authority below the root is sent, in order, and the root is not.",
            [
                .chainIncomplete: .error, .chainNeedsFetching: .warning, .chainOrder: .warning, .anchorSent: .note,
                .chainStranger: .note,
            ]),
        Row(
            .validity, "It is valid, not late in its life, and lives no longer than browsers accept.",
            [
                .expired: .error, .notYetValid: .error, .validityUnreadable: .error, .lateInLife: .warning,
                .lifetime: .warning,
            ]),
        Row(
            .purpose, "The extended key usage names the purpose and nothing else.",
            [.purposeMissing: .error, .anyPurpose: .warning, .furtherPurposes: .warning]),
        Row(
            .name, "The name stands in subjectAltName, and no wildcard is broad.",
            [.nameMismatch: .error, .commonNameOnly: .error, .wildcardBreadth: .warning, .nameNotAsked: .note]),
    ]

    private static let keyRows = [
        Row(
            .hash, "Every signature below the trust anchor uses SHA-256, SHA-384 or SHA-512.",
            [.hashBroken: .error, .hashSHA1: .error, .hashNotListed: .error]),
        Row(
            .key, "RSA of 2048 bits or more, P-256, P-384 or Ed25519; sound, and used in one place.",
            [
                .keyKind: .error, .keyShort: .error, .curveUnknown: .error, .curveWeak: .warning, .keyWeak: .error,
                .keyReused: .warning, .keyMismatch: .error,
            ]),
        Row(.keyUsage, "The key usage allows digital signatures.", [.keyUsageMissing: .error]),
        Row(
            .revocation, "It is not revoked, and everybody can find that out.",
            [
                .revoked: .error, .denied: .error, .stapleMissing: .error, .noPointer: .warning,
                .revocationStale: .warning, .pointerUnreachable: .warning, .revocationUnknown: .warning,
                .cannotBeRevoked: .note,
            ]),
        Row(
            .form, "It is no authority's certificate; its serial number is a good one, its names are well-formed.",
            [
                .authorityAsLeaf: .error, .nameMalformed: .error, .serialNumber: .error, .serialNumberShort: .warning,
            ]),
        Row(
            .format, "The file is protected by a current cipher, and the password given opens it.",
            [.wrongPassword: .error, .legacyEncryption: .warning]),
    ]
}
