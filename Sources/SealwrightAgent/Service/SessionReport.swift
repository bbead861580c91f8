// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

/// How one management session went.
public struct SessionReport: Hashable, Sendable {
    /// The number of the session.
    public let sessionID: String
    /// When it began.
    public let startedAt: Timestamp
    /// When it ended.
    public internal(set) var endedAt: Timestamp
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

extension SessionReport: Codable {
    private enum CodingKeys: String, CodingKey {
        case sessionID, startedAt, endedAt, messages, sentOctets, receivedOctets, commands, failedCommands, result
        case detail
    }

    /// Reads a report that this version or an earlier one wrote.
    ///
    /// - Throws: `DecodingError`.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        sessionID = try values.decode(String.self, forKey: .sessionID)
        startedAt = try values.moment(forKey: .startedAt)
        endedAt = try values.moment(forKey: .endedAt)
        messages = try values.decode(Int.self, forKey: .messages)
        sentOctets = try values.decode(Int.self, forKey: .sentOctets)
        receivedOctets = try values.decode(Int.self, forKey: .receivedOctets)
        commands = try values.decode(Int.self, forKey: .commands)
        failedCommands = try values.decode(Int.self, forKey: .failedCommands)
        result = try values.decode(String.self, forKey: .result)
        detail = try values.decodeIfPresent(String.self, forKey: .detail)
    }

    /// Writes the report, its moments as ISO 8601 text.
    ///
    /// - Throws: what the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(sessionID, forKey: .sessionID)
        try values.encode(iso8601: startedAt, forKey: .startedAt)
        try values.encode(iso8601: endedAt, forKey: .endedAt)
        try values.encode(messages, forKey: .messages)
        try values.encode(sentOctets, forKey: .sentOctets)
        try values.encode(receivedOctets, forKey: .receivedOctets)
        try values.encode(commands, forKey: .commands)
        try values.encode(failedCommands, forKey: .failedCommands)
        try values.encode(result, forKey: .result)
        try values.encodeIfPresent(detail, forKey: .detail)
    }
}
