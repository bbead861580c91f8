// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightCore

/// The tokens that the sign-in page hands to devices, each for one request for a certificate.
///
/// Memory is enough: a token lives for the minutes between a web page and the request behind it, nothing was spent when it
/// was made, and after a restart the user signs in once more. A token is kept as its SHA-256 only; the
/// password beside it is what the middle buys the certificate with. Whoever holds no invitation makes no token, so
/// strangers cannot fill the memory.
///
/// Source: MS-MDE2, section 3.2; MS-MDE2, section 3.4.4.1.1.1.
package actor WindowsSignInTokens {
    private struct Entry {
        let signIn: WindowsSignIn
        let challenge: [UInt8]
        /// Where the token was returned to.
        let appru: String
        let expiresAt: Timestamp
        /// The request that used the token up; the same one may come again.
        var request: [UInt8]?
    }

    /// Seconds a token lives.
    package static let lifetime: Int64 = 600
    /// Tokens at a time: ten minutes of the largest site, in some megabytes.
    static let capacity = 10_000
    /// Tokens at a time by one invitation, so that its holder cannot keep all others out.
    private static let capacityPerChallenge = 1_000

    private var entries: [[UInt8]: Entry] = [:]
    private var lastSweep = Timestamp(seconds: 0)

    /// How many tokens are remembered.
    package var count: Int { entries.count }

    /// Makes a token: 32 random octets in Base64 of the alphabet for URLs.
    ///
    /// - Returns: `nil` when there is no room.
    func issue(_ signIn: WindowsSignIn, to appru: String, at now: Timestamp) -> String? {
        sweep(at: now)
        let challenge = signIn.challenge.digest
        guard entries.count < Self.capacity,
            entries.values.count(where: { $0.challenge == challenge }) < Self.capacityPerChallenge
        else { return nil }
        let token = Base64.encodeURLSafe(SecureRandom.bytes(32))
        entries[Self.digest(token)] = Entry(
            signIn: signIn, challenge: challenge, appru: appru, expiresAt: now.adding(seconds: Self.lifetime))
        return token
    }

    /// Whom a token speaks for; it stays as it is.
    ///
    /// A token that is used up is found too, because a device repeats a request whose answer was lost.
    ///
    /// - Throws: ``WindowsRefusal/tokenUnknown`` or ``WindowsRefusal/tokenExpired``.
    func find(_ token: String, at now: Timestamp) throws(WindowsRefusal) -> WindowsSignIn {
        sweep(at: now)
        guard let entry = entries[Self.digest(token)] else { throw .tokenUnknown }
        guard now <= entry.expiresAt else { throw .tokenExpired(at: entry.expiresAt) }
        return entry.signIn
    }

    /// Uses a token up for one request; the same request may come again.
    ///
    /// - Parameters:
    ///   - token: the token.
    ///   - request: what tells this request from every other.
    ///   - now: the time.
    /// - Returns: where the token was returned to.
    /// - Throws: ``WindowsRefusal/tokenUsed`` for another request than the first, or what ``find(_:at:)`` throws.
    func use(_ token: String, for request: [UInt8], at now: Timestamp) throws(WindowsRefusal) -> String {
        _ = try find(token, at: now)
        let digest = Self.digest(token)
        guard let entry = entries[digest] else { throw .tokenUnknown }
        if let first = entry.request, first != request { throw .tokenUsed }
        entries[digest]?.request = request
        return entry.appru
    }

    /// Forgets what ended more than a minute ago; once a minute, so that a request does not pay for all others.
    private func sweep(at now: Timestamp) {
        guard now.seconds(since: lastSweep) >= 60 else { return }
        lastSweep = now
        entries = entries.filter { now.seconds(since: $0.value.expiresAt) <= 60 }
    }

    private static func digest(_ token: String) -> [UInt8] { DigestAlgorithm.sha256.hash(token.utf8) }
}
