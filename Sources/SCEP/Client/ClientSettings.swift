// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider

/// The choices a client makes once it knows what the server can do.
public struct ClientSettings: Hashable, Sendable, Codable {
    /// Signs the messages, the PKCS#10 and the transient certificate.
    public var digest: DigestAlgorithm
    /// Encrypts the contents.
    public var cipher: ContentCipher
    /// What a renewal is sent as: RenewalReq, or PKCSReq where the server does not know it.
    public var renewalMessageType: MessageType
    /// Whether requests may be made with weak algorithms, and replies signed with MD5 are read.
    public var allowsLegacy: Bool
    /// How pending requests are polled.
    public var polling: Polling

    /// Chooses the best the server offers.
    ///
    /// - Throws: ``SCEPError/noCommonAlgorithm(_:)``.
    public init(
        capabilities: CACapabilities, allowingLegacy: Bool = false, polling: Polling = Polling()
    ) throws(SCEPError) {
        self.digest = try capabilities.digest(allowingLegacy: allowingLegacy)
        self.cipher = try capabilities.cipher(allowingLegacy: allowingLegacy)
        self.renewalMessageType = capabilities.renewalMessageType
        self.allowsLegacy = allowingLegacy
        self.polling = polling
    }
}

/// How a client waits for a decision.
///
/// Windows waits 5 minutes and asks 3 times, at most 30 times; Apple waits 10 seconds and asks 3 times; strongSwan
/// waits a minute, without end.
///
/// Source: RFC 8894, section 4.4.
public struct Polling: Hashable, Sendable, Codable {
    /// Seconds between two polls.
    public var delay: Int64
    /// How many polls there are; `nil` without end, 0 for none.
    public var count: Int?

    /// Makes a rule; the default is a minute between polls, without end.
    public init(delay: Int64 = 60, count: Int? = nil) {
        self.delay = max(delay, 1)
        self.count = count
    }
}
