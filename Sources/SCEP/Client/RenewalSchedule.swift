// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

/// When a client renews: at two thirds of the certificate's life, spread so that a fleet does not come at once.
///
/// The spread is 1/15 of the life to either side, so that nobody comes before 60 %: servers may refuse before half.
///
/// Source: RFC 8894, section 2.5.
public enum RenewalSchedule {
    /// The moment to renew.
    ///
    /// - Parameters:
    ///   - notBefore: the begin of the certificate's validity.
    ///   - notAfter: its end.
    ///   - random: any random number; the same number gives the same moment.
    /// - Returns: a moment between 60 % and 73.4 % of the life.
    public static func renewal(notBefore: Timestamp, notAfter: Timestamp, random: UInt32) -> Timestamp {
        let life = max(notAfter.seconds(since: notBefore), 0)
        // 600 to 733 thousandths of the life; the life is divided first so that nothing can overflow.
        let thousandths = 600 + Int64(random % 134)
        let offset = life / 1000 * thousandths + life % 1000 * thousandths / 1000
        return notBefore.adding(seconds: offset)
    }
}
