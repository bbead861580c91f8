// SPDX-License-Identifier: Apache-2.0

import SealwrightCore

/// A rule that a certificate or server can break.
///
/// The raw value is its stable id, which reports, SARIF and `sealwright explain` share; the catalogue of errors holds
/// what each means and what to do.
package enum CheckRule: String, Sendable, Codable, CaseIterable {
    case signatureInvalid = "CHK-SIG-001"
    case signatureUnchecked = "CHK-SIG-002"
    case untrusted = "CHK-TRUST-001"
    case untrustedByClients = "CHK-TRUST-002"
    case pathBroken = "CHK-TRUST-003"
    case nameNotPermitted = "CHK-TRUST-004"
    case chainIncomplete = "CHK-CHAIN-001"
    case chainNeedsFetching = "CHK-CHAIN-002"
    case chainOrder = "CHK-CHAIN-003"
    case anchorSent = "CHK-CHAIN-004"
    case chainStranger = "CHK-CHAIN-005"
    case expired = "CHK-VALID-001"
    case notYetValid = "CHK-VALID-002"
    case importWindow = "CHK-VALID-003"
    case lateInLife = "CHK-VALID-004"
    case lifetime = "CHK-VALID-005"
    case validityUnreadable = "CHK-VALID-006"
    case purposeMissing = "CHK-EKU-001"
    case anyPurpose = "CHK-EKU-002"
    case furtherPurposes = "CHK-EKU-003"
    case nameMismatch = "CHK-NAME-001"
    case commonNameOnly = "CHK-NAME-002"
    case wildcardBreadth = "CHK-NAME-003"
    case nameNotAsked = "CHK-NAME-004"
    case nameMalformed = "CHK-NAME-005"
    case keyUsageMissing = "CHK-KU-001"
    case hashBroken = "CHK-HASH-001"
    case hashSHA1 = "CHK-HASH-002"
    case hashNotListed = "CHK-HASH-003"
    case keyKind = "CHK-KEY-001"
    case keyShort = "CHK-KEY-002"
    case keyMismatch = "CHK-KEY-003"
    case curveWeak = "CHK-KEY-004"
    case keyWeak = "CHK-KEY-005"
    case keyReused = "CHK-KEY-006"
    case curveUnknown = "CHK-KEY-007"
    case revoked = "CHK-REV-001"
    case noPointer = "CHK-REV-002"
    case revocationStale = "CHK-REV-003"
    case pointerUnreachable = "CHK-REV-004"
    case cannotBeRevoked = "CHK-REV-005"
    case denied = "CHK-REV-006"
    case stapleMissing = "CHK-REV-007"
    case revocationUnknown = "CHK-REV-008"
    case notPKCS12 = "CHK-FMT-001"
    case noPrivateKey = "CHK-FMT-002"
    case wrongPassword = "CHK-FMT-003"
    case legacyEncryption = "CHK-FMT-004"
    case unreadable = "CHK-FMT-005"
    case noCertificate = "CHK-FMT-006"
    case authorityAsLeaf = "CHK-CA-001"
    case serialNumber = "CHK-CA-002"
    case serialNumberShort = "CHK-CA-003"
    case oldVersion = "CHK-TLS-001"
    case weakSuite = "CHK-TLS-002"
    case noTLS13 = "CHK-TLS-003"
    case handshakeFailed = "CHK-TLS-004"
    case brokenSuite = "CHK-TLS-005"
    case unreachable = "CHK-NET-001"
    case timedOut = "CHK-NET-002"
    case notAServer = "CHK-NET-003"

    /// What breaking it means, in a few words.
    package var title: String { ErrorCatalog.entry(rawValue)?.title ?? rawValue }
    /// Why it matters; whole sentences.
    package var cause: String { ErrorCatalog.entry(rawValue)?.cause ?? "" }
    /// What to do about it.
    package var remedy: String { ErrorCatalog.entry(rawValue)?.remedy ?? "" }
}
