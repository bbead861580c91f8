// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// Why a CRL tells nothing although it is about the certificate; `nil` when it does.
///
/// Source: RFC 5280, sections 5.2, 5.3 and 6.3.3 (a).
struct CRLProblem {
    let code: TrustCode
    let reason: String

    /// Seconds that a CRL without nextUpdate is taken for current: 30 days.
    private static let longestLife: Int64 = 30 * 86_400

    init?(_ candidate: RevocationList, at time: Timestamp, rules: TrustRules) {
        let list = candidate.list
        guard let thisUpdate = list.thisUpdate else {
            self.init(.revocationUnusable, "does not say when it was made")
            return
        }
        if thisUpdate > time {
            self.init(.revocationUnusable, "begins on \(thisUpdate), after the time asked for")
        } else if list.hasUnreadableNextUpdate {
            self.init(.revocationUnusable, "has a nextUpdate that cannot be read")
        } else if let nextUpdate = list.nextUpdate, nextUpdate < time {
            self.init(.revocationStale, "ended on \(nextUpdate)")
        } else if list.nextUpdate == nil, thisUpdate.adding(seconds: Self.longestLife) < time {
            self.init(.revocationStale, "has no nextUpdate and is older than 30 days")
        } else if let oid = list.repeatedExtension {
            self.init(.revocationUnusable, "has the extension \(oid.nameOrDotted) twice")
        } else if let oid = list.unprocessedCriticalExtensions.first {
            self.init(.revocationUnusable, "has the critical extension \(oid.nameOrDotted), which is unknown here")
        } else if candidate.hasUnprocessedCriticalEntry {
            self.init(.revocationUnusable, "has a line with a critical extension that is unknown here")
        } else if let digest = list.signatureAlgorithm.signatureAlgorithm?.digest, !rules.digests.contains(digest) {
            self.init(.revocationUnusable, "is signed with \(digest.rawValue)")
        } else if rules.strictness >= .certificates, let duty = Self.brokenDuty(list) {
            self.init(.revocationUnusable, duty)
        } else {
            return nil
        }
    }

    private init(_ code: TrustCode, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    /// What the standard asks of those who issue CRLs: sections 5.1, 5.1.2.1, 5.1.2.4, 5.1.2.5 and 5.2.3.
    private static func brokenDuty(_ list: CertificateList) -> String? {
        if let deviation = list.encodingDeviation { return deviation }
        if list.version == 1, !list.extensions.isEmpty { return "has extensions but version 1" }
        guard let number = list.extensions.first(.crlNumber) else { return "has no CRL number" }
        if number.isCritical { return "has a critical CRL number" }
        if list.crlNumber == nil { return "has an unreadable CRL number" }
        return list.nextUpdate == nil ? "has no nextUpdate" : nil
    }
}
