// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// How long certificates of a profile live.
///
/// All values are seconds.
package struct ValidityRule: Sendable, Hashable, Codable {
    /// The life from now on when the request does not ask for another.
    package var `default`: Int64
    /// The longest whole validity, both ends counted.
    package var maximum: Int64
    /// How far notBefore lies in the past, for devices whose clocks are behind.
    package var backdate: Int64

    package init(default: Int64, maximum: Int64, backdate: Int64 = 300) {
        self.default = `default`
        self.maximum = maximum
        self.backdate = backdate
    }

    /// A rule in days of 86,400 seconds.
    package static func days(_ days: Int64, maximum: Int64? = nil) -> ValidityRule {
        ValidityRule(default: days * secondsPerDay, maximum: (maximum ?? days) * secondsPerDay)
    }

    /// Both ends of a certificate made `now`, inside its issuer's.
    ///
    /// A requested life is honoured up to the maximum. `notAfter` is the last second of validity, so a certificate of
    /// 366 days is valid for exactly that many.
    ///
    /// Source: RFC 5280, section 4.1.2.5.
    func dates(requested: RequestedValidity?, now: Timestamp, issuer: ClosedRange<Timestamp>?) -> ClosedRange<Timestamp>
    {
        var notBefore = now.adding(seconds: -max(0, backdate))
        if let issuer { notBefore = max(notBefore, issuer.lowerBound) }
        let wished = requested?.end(from: now) ?? now.adding(seconds: `default`)
        var notAfter = max(wished, now.adding(seconds: Self.shortest)).adding(seconds: -1)
        notAfter = min(notAfter, notBefore.adding(seconds: maximum - 1))
        if let issuer { notAfter = min(notAfter, issuer.upperBound) }
        return notBefore...max(notBefore, notAfter)
    }

    private static let secondsPerDay: Int64 = 86_400
    /// A minute: less would end before the device has it.
    private static let shortest: Int64 = 60
}
