// SPDX-License-Identifier: Apache-2.0

/// Something about an input that deserves attention.
package struct InspectionFinding: Sendable, Hashable, Codable {
    /// How grave it is.
    package enum Severity: String, Sendable, Codable, CaseIterable {
        /// It will be refused, or should be.
        case error
        /// It works for some and not for others, or not for long.
        case warning
        /// Worth knowing.
        case note
    }

    package let severity: Severity
    /// The stable code, which `sealwright explain` knows.
    package let code: String
    /// One whole sentence.
    package let sentence: String

    init(_ severity: Severity, _ code: FindingCode, _ sentence: String) {
        self.init(severity, code: code.rawValue, sentence)
    }

    init(_ severity: Severity, code: String, _ sentence: String) {
        self.severity = severity
        self.code = code
        self.sentence = Printable.text(sentence)
    }

    /// The same finding, told of one of several things.
    func about(_ what: String) -> InspectionFinding {
        InspectionFinding(severity, code: code, "\(what): \(sentence)")
    }
}

extension InspectionFinding: Comparable {
    /// The gravest first, then by code and sentence, so that reports of the same input are the same.
    package static func < (left: InspectionFinding, right: InspectionFinding) -> Bool {
        (left.severity.rank, left.code, left.sentence) < (right.severity.rank, right.code, right.sentence)
    }
}

extension InspectionFinding.Severity {
    fileprivate var rank: Int {
        switch self {
        case .error: 0
        case .warning: 1
        case .note: 2
        }
    }
}

/// The stable codes of findings; the catalogue in SealwrightCore explains each.
package enum FindingCode: String, CaseIterable, Sendable {
    case expired = "inspect.expired"
    case notYetValid = "inspect.not-yet-valid"
    case expiresSoon = "inspect.expires-soon"
    case stale = "inspect.stale"
    case weakKey = "inspect.weak-key"
    case unknownKey = "inspect.unknown-key"
    case keyUnchecked = "inspect.key-unchecked"
    case legacyAlgorithm = "inspect.legacy-algorithm"
    case signatureInvalid = "inspect.signature-invalid"
    case signatureUnchecked = "inspect.signature-unchecked"
    case deviation = "inspect.deviation"
    case extensionUnreadable = "inspect.extension-unreadable"
    case extensionUnknown = "inspect.extension-unknown"
    case extensionMissing = "inspect.extension-missing"
    case nameMissing = "inspect.name-missing"
    case pointersMissing = "inspect.pointers-missing"
    case challengeReadable = "inspect.challenge-readable"
    case keyUnprotected = "inspect.key-unprotected"
    case labelWrong = "inspect.label-wrong"
    case notShown = "inspect.not-shown"
    case capabilityMissing = "inspect.capability-missing"
    case pfxLegacy = "inspect.pfx-legacy"
    case pfxUnauthenticated = "inspect.pfx-unauthenticated"
    case pfxFewIterations = "inspect.pfx-few-iterations"
    case pfxKeyWithoutCertificate = "inspect.pfx-key-without-certificate"
    case pfxKeyLocked = "inspect.pfx-key-locked"
    case pfxPasswordNeeded = "inspect.pfx-password-needed"
}
