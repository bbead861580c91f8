// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

/// When a client renews: after two thirds of the certificate's life, spread so that a fleet does not come at once.
///
/// The spread is 2/15 of the life and all of it later: servers may refuse whoever comes before two thirds.
///
/// Source: RFC 8894, section 2.5.
public enum RenewalSchedule {
    /// The moment to renew.
    ///
    /// - Parameters:
    ///   - notBefore: the begin of the certificate's validity.
    ///   - notAfter: its end.
    ///   - random: any random number; the same number gives the same moment.
    /// - Returns: a moment between two thirds and four fifths of the life.
    public static func renewal(notBefore: Timestamp, notAfter: Timestamp, random: UInt32) -> Timestamp {
        let life = max(notAfter.seconds(since: notBefore), 0)
        // 667 to 800 thousandths of the life; the life is divided first so that nothing can overflow.
        let thousandths = 667 + Int64(random % 134)
        let offset = life / 1000 * thousandths + life % 1000 * thousandths / 1000
        return notBefore.adding(seconds: offset)
    }
}
