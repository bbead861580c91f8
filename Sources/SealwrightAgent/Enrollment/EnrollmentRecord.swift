// SPDX-License-Identifier: Apache-2.0

import OMADM
public import PKIFormats

/// The management server of the device: where it is, how it is spoken to, and how that went.
///
/// What servers may change in a session, such as the poll schedule, is in the management tree instead.
public struct EnrollmentRecord: Hashable, Sendable, Codable {
    /// Where enrolment began.
    public let discoveryURL: String
    /// Where certificates are renewed.
    public let enrollmentServiceURL: String
    /// Where sessions go, unless the tree names another address.
    public let managementURL: String
    /// The server's name below DMClient/Provider.
    public let providerID: String
    /// The server's name for people.
    public let serverName: String?
    /// The name of the device.
    public let deviceID: String
    /// The name the user enrolled with.
    public let user: String
    /// When.
    public let enrolledAt: Timestamp
    /// Whom the server's certificate had to lead to.
    public let trust: ServerTrust
    /// Whether the server wants messages in WBXML.
    public let prefersWBXML: Bool
    /// Attempts to connect, and the waits between them.
    public let retries: RetrySettings
    /// What the device proves itself with where a server asks for a digest besides the certificate.
    var digest: SessionDigest?
    /// Sessions so far; the number of the last one.
    public internal(set) var sessions: UInt64 = 0
    /// How the last session went.
    public internal(set) var lastSession: SessionReport?
    /// Polls by schedule so far.
    public internal(set) var polls = PollProgress()
    /// How the last attempt to renew the certificate went.
    public internal(set) var lastRenewal: RenewalReport?
}

/// Attempts to connect before a session is given up.
///
/// Source: w7 APPLICATION CSP, CONNRETRYFREQ, INITIALBACKOFFTIME and MAXBACKOFFTIME.
public struct RetrySettings: Hashable, Sendable, Codable {
    /// How many attempts.
    public var attempts: Int
    /// Milliseconds before the second attempt; doubled before each one after.
    public var initialBackoff: Int
    /// Milliseconds no wait is longer than.
    public var maximumBackoff: Int

    /// Takes what an account says; what it leaves out is as the CSP describes it.
    init(_ account: ManagementAccount) {
        attempts = min(max(account.connectionRetryFrequency ?? 3, 1), Self.attemptLimit)
        initialBackoff = min(max(account.initialBackoffTime ?? 16_000, 0), Self.backoffLimit)
        maximumBackoff = min(max(account.maximumBackoffTime ?? Self.backoffLimit, 0), Self.backoffLimit)
    }

    /// Milliseconds before an attempt, the first one being 0.
    func wait(before attempt: Int) -> Int {
        guard attempt > 0 else { return 0 }
        let doubled = initialBackoff << min(attempt - 1, 16)
        return min(doubled, maximumBackoff)
    }

    private static let attemptLimit = 100
    /// A day, the CSP's default.
    private static let backoffLimit = 86_400_000
}

/// The name and secret of the device for digests, and the next nonce.
struct SessionDigest: Hashable, Sendable, Codable {
    let name: String
    /// See ``LegacyDigestSecret/hashedText``.
    let hashedText: String
    var nonce: EncodedBytes

    /// Takes what an account says for the device's direction.
    init?(_ account: ManagementAccount) {
        guard
            let own = account.authentication.first(where: { $0.level == .applicationServer && $0.kind == .digest }),
            let name = own.name
        else { return nil }
        self.name = name
        hashedText = LegacyDigestSecret(user: name, secret: own.secret).hashedText
        nonce = EncodedBytes(own.nonce ?? [])
    }

    /// What a message carries.
    var cred: Cred {
        Cred(
            meta: Meta(format: .b64, type: "syncml:auth-md5"),
            data: LegacyDigestSecret(hashedText: hashedText).credential(nonce: nonce.octets))
    }
}

/// How often the device has polled by schedule.
public struct PollProgress: Hashable, Sendable, Codable {
    /// How often.
    public internal(set) var count = 0
    /// When last; `nil` before the first time.
    public internal(set) var last: Timestamp?
}

/// How an attempt to renew the certificate went.
public struct RenewalReport: Hashable, Sendable, Codable {
    /// When.
    @ISO8601Text public internal(set) var at: Timestamp
    /// `ok`, or the code of what went wrong.
    public let result: String
    /// What went wrong in words; `nil` for nothing.
    public let detail: String?
}

/// A key that waits for a certificate of the management server.
///
/// It is kept before the request is sent, so that a request whose answer was lost is sent again as it was.
struct PendingEnrollment: Hashable, Sendable, Codable {
    /// Where the request goes: the discovery service, or the enrolment service for a renewal.
    let url: String
    /// The type of the key, as ``KeyType`` writes it.
    let keyType: String
    /// The file of the key.
    let keyPath: String
}

extension SessionDigest: CustomStringConvertible, CustomDebugStringConvertible {
    /// The name alone: whoever has the rest can sign in.
    var description: String { "SessionDigest(\(name))" }

    /// The name alone.
    var debugDescription: String { description }
}
