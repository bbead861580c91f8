// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
package import PKIFormats

/// When the certificates of many devices are ordered anew, so that they do not all come at once.
///
/// ```
/// notBefore                     window opens            reserve begins   notAfter
///     ├─────────────────────────────┼─────────────────────────┼─────────────┤
///               2/3                       renewals spread        for retries
/// ```
///
/// The moment is a hash of device, name and notBefore: it is the same whoever asks and however often, needs no record,
/// and devices that enrolled in the same minute are spread evenly. Of n renewals in m minutes a minute then has n/m on
/// average, and for 10,000 in a day more than three times that once in some fifty days.
package struct RenewalSpread: Sendable, Hashable {
    /// The last part of a certificate's life in which it is renewed, in per cent of the life.
    package let window: Int
    /// The last part of the window, kept for devices that are away and for retries, in per cent of the window.
    package let reserve: Int

    /// Sets the parts; values outside of 1–100 and 0–99 are brought to the nearer end.
    package init(window: Int = 33, reserve: Int = 25) {
        self.window = min(max(window, 1), 100)
        self.reserve = min(max(reserve, 0), 99)
    }

    /// When a certificate is to be ordered anew.
    ///
    /// - Returns: a moment inside the window and before the reserve; `notAfter` for a life of no length.
    package func moment(
        notBefore: Timestamp, notAfter: Timestamp, device: DeviceID, uniqueID: String
    ) -> Timestamp {
        let life = max(notAfter.seconds(since: notBefore), 0)
        let open = Self.part(life, of: window)
        let spread = Self.part(open, of: 100 - reserve)
        let jitter = Self.share(of: spread, ["renew", device.rawValue, uniqueID, "\(notBefore.seconds)"])
        return notAfter.adding(seconds: -open).adding(seconds: jitter)
    }

    /// When a renewal that failed is tried again: after about an eighth of the time that is left.
    ///
    /// So a fault that lasts is met ever more often towards the end, but never more than each quarter of an hour, and
    /// for a certificate with much time left once a day. After the end it is once a day as well.
    package func retry(failedAt: Timestamp, notAfter: Timestamp, device: DeviceID, uniqueID: String) -> Timestamp {
        let left = notAfter.seconds(since: failedAt)
        let wait = left > 0 ? min(max(left / 8, Self.shortestWait), Self.longestWait) : Self.longestWait
        let jitter = Self.share(of: wait / 2, ["retry", device.rawValue, uniqueID, "\(failedAt.seconds)"])
        return failedAt.adding(seconds: wait - wait / 4 + jitter)
    }

    private static let shortestWait: Int64 = 15 * 60
    private static let longestWait: Int64 = 86_400

    /// A percentage without overflow, whatever the number.
    private static func part(_ whole: Int64, of percent: Int) -> Int64 {
        whole / 100 * Int64(percent) + whole % 100 * Int64(percent) / 100
    }

    /// A number from 0 up to but not including `range`, evenly spread over texts; 0 for no range.
    private static func share(of range: Int64, _ texts: [String]) -> Int64 {
        guard range > 0 else { return 0 }
        // A zero octet between the texts: neither identifiers nor names hold one.
        let digest = DigestAlgorithm.sha256.hash(texts.flatMap { Array($0.utf8) + [0] })
        let number = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int64(number.multipliedFullWidth(by: UInt64(range)).high)
    }
}
