// SPDX-License-Identifier: Apache-2.0

/// A message of a TLS handshake.
///
/// Source: RFC 8446, section 4.
struct HandshakeMessage {
    /// Such as 2 server_hello or 11 certificate.
    let type: UInt8
    /// The whole message with its header of four octets, as transcripts have it.
    let octets: [UInt8]

    /// What stands behind the header.
    var body: [UInt8] { Array(octets.dropFirst(4)) }
}

/// Cuts what records of a handshake carry into messages.
///
/// Bounded: a message over 128 KiB ends the stream.
struct HandshakeMessageCutter {
    /// What the next octets are.
    enum Cut {
        case message(HandshakeMessage)
        /// A message that says it has so many octets, over the limit.
        case tooLong(Int)
    }

    /// Octets of a message at the most.
    private static let limit = 128 << 10

    private var buffer: [UInt8] = []
    /// How many octets of the buffer were cut off; they go with the next ones that come.
    private var start = 0

    mutating func append(_ octets: some Sequence<UInt8>) {
        buffer.removeFirst(min(start, buffer.count))
        start = 0
        buffer.append(contentsOf: octets)
    }

    /// The next message; `nil` while it is not complete.
    mutating func next() -> Cut? {
        let rest = buffer.dropFirst(start)
        var reader = WireReader(rest)
        guard let type = reader.number(1), let length = reader.number(3) else { return nil }
        guard length <= Self.limit else { return .tooLong(length) }
        guard reader.octets(length) != nil else { return nil }
        start += 4 + length
        return .message(
            HandshakeMessage(type: UInt8(truncatingIfNeeded: type), octets: Array(rest.prefix(4 + length))))
    }
}
