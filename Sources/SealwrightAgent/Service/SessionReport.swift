// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

/// How one management session went.
public struct SessionReport: Hashable, Sendable, Codable {
    /// The number of the session.
    public let sessionID: String
    /// When it began.
    @ISO8601Text public internal(set) var startedAt: Timestamp
    /// When it ended.
    @ISO8601Text public internal(set) var endedAt: Timestamp
    /// Messages of the device that were answered.
    public internal(set) var messages = 0
    /// Octets of the device's messages.
    public internal(set) var sentOctets = 0
    /// Octets of the server's messages.
    public internal(set) var receivedOctets = 0
    /// Commands of the server, those inside others too, Status and Results not counted.
    public internal(set) var commands = 0
    /// Commands that were answered with a status other than success.
    public internal(set) var failedCommands = 0
    /// `ok`, or the code of what went wrong.
    public internal(set) var result = "ok"
    /// What went wrong in words; `nil` for nothing.
    public internal(set) var detail: String?

    init(sessionID: String, startedAt: Timestamp) {
        self.sessionID = sessionID
        self.startedAt = startedAt
        endedAt = startedAt
    }

    /// Whether the server ended it as it should.
    public var isComplete: Bool { result == "ok" }
}
