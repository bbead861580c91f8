// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
package import PKIFormats

/// How often sign-ins may fail, by address and by user name, within a minute.
///
/// A password has 130 random bits and cannot be guessed; the limits keep the store and the audit trail from work that
/// strangers make. What is remembered is bounded: names and addresses beyond the first of a minute share one count.
package actor WindowsSignInLimits {
    /// Failures of one address; a site behind one address has room for its typing errors.
    static let perAddress = 60
    /// Failures under one user name.
    private static let perUser = 10
    /// Addresses, and user names, that have a count of their own within a minute.
    private static let tracked = 10_000
    /// Failures of all others together.
    private static let ofOthers = 1_000
    /// Seconds after which whoever was refused may try again.
    static let retryAfter = 60

    private struct Window {
        let limit: Int
        var counts: [[UInt8]: Int] = [:]
        var others = 0

        mutating func begin(_ key: [UInt8]) -> Bool {
            if let count = counts[key] {
                guard count < limit else { return false }
                counts[key] = count + 1
            } else if counts.count < WindowsSignInLimits.tracked {
                counts[key] = 1
            } else {
                guard others < WindowsSignInLimits.ofOthers else { return false }
                others += 1
            }
            return true
        }

        mutating func takeBack(_ key: [UInt8]) {
            guard let count = counts[key] else { return }
            counts[key] = max(count - 1, 0)
        }
    }

    private var minute: Int64 = 0
    private var addresses = Window(limit: WindowsSignInLimits.perAddress)
    private var users = Window(limit: WindowsSignInLimits.perUser)

    /// Names and addresses that are remembered.
    package var remembered: Int { addresses.counts.count + users.counts.count }

    /// Counts an attempt before it is judged, so that many at once are no way around.
    ///
    /// - Returns: whether it may be judged.
    package func begin(user: String, address: String, at now: Timestamp) -> Bool {
        if now.seconds / 60 != minute {
            minute = now.seconds / 60
            addresses = Window(limit: Self.perAddress)
            users = Window(limit: Self.perUser)
        }
        return addresses.begin(Self.key(address)) && users.begin(Self.key(user))
    }

    /// Takes an attempt back that was none: the password was right.
    func succeeded(user: String, address: String) {
        addresses.takeBack(Self.key(address))
        users.takeBack(Self.key(user))
    }

    /// As short for a long name as for a short one.
    private static func key(_ text: String) -> [UInt8] {
        Array(DigestAlgorithm.sha256.hash(text.lowercased().utf8).prefix(16))
    }
}
