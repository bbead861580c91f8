// SPDX-License-Identifier: Apache-2.0

/// Cuts a stream of octets into TLS records and handshake messages, as far as they are in the clear.
///
/// Bounded: a handshake message over 128 KiB or a record over the standard's limit ends the reading.
///
/// Source: RFC 8446, sections 4 and 5.1.
struct TLSRecordReader {
    /// What came out of the stream.
    enum Element: Hashable {
        /// A handshake message: its type and body.
        case handshake(type: UInt8, body: [UInt8])
        case alert(TLSAlert)
        /// From here on everything is encrypted.
        case encrypted
        /// These octets are no TLS.
        case notTLS
        /// What began as TLS breaks its rules; the text says what came, to stand behind "it sent".
        case malformed(String)
    }

    private static let recordLimit = (1 << 14) + 2_048
    private static let messageLimit = 128 << 10

    private var buffer: [UInt8] = []
    private var message: [UInt8] = []
    private(set) var isFinished = false
    /// Whether the stream began as TLS, so that what follows is a fault and no other protocol.
    private var hasBegun = false

    /// Takes octets and tells what is complete.
    mutating func receive(_ octets: some Sequence<UInt8>) -> [Element] {
        guard !isFinished else { return [] }
        buffer.append(contentsOf: octets)
        var elements: [Element] = []
        var start = 0
        while !isFinished, let (type, body) = nextRecord(from: &start) { take(type, body, into: &elements) }
        if start > 0 { buffer.removeFirst(min(start, buffer.count)) }
        if !isFinished, looksForeign { end(foreign, &elements) }
        return elements
    }

    private mutating func nextRecord(from start: inout Int) -> (type: UInt8, body: ArraySlice<UInt8>)? {
        var reader = WireReader(buffer.dropFirst(start))
        guard let type = reader.number(1), let version = reader.uint16(), let length = reader.number(2) else {
            return nil
        }
        let isRecord = (20...23).contains(type) && version >> 8 == 3
        if isRecord { hasBegun = true }
        guard isRecord, length <= Self.recordLimit else {
            message = []
            return (0, [])
        }
        guard let body = reader.octets(length) else { return nil }
        start += 5 + length
        return (UInt8(truncatingIfNeeded: type), body)
    }

    private mutating func take(_ type: UInt8, _ body: ArraySlice<UInt8>, into elements: inout [Element]) {
        switch type {
        case 22:
            message.append(contentsOf: body)
            takeMessages(into: &elements)
        case 21:
            // An encrypted alert is longer.
            guard body.count == 2, let description = body.last else { return end(.encrypted, &elements) }
            elements.append(.alert(TLSAlert(rawValue: description)))
        case 20, 23: end(.encrypted, &elements)
        default: end(foreign, &elements)
        }
    }

    private mutating func takeMessages(into elements: inout [Element]) {
        while true {
            var reader = WireReader(message)
            guard let type = reader.number(1), let length = reader.number(3) else { return }
            guard length <= Self.messageLimit else {
                return end(.malformed("a handshake message of \(length) octets"), &elements)
            }
            guard let body = reader.octets(length) else { return }
            elements.append(.handshake(type: UInt8(truncatingIfNeeded: type), body: Array(body)))
            message.removeFirst(min(4 + length, message.count))
        }
    }

    private var foreign: Element { hasBegun ? .malformed("octets that are no record of TLS") : .notTLS }

    /// Whether the first octets cannot begin a record, without waiting for five of them.
    private var looksForeign: Bool {
        guard let first = buffer.first else { return false }
        guard (20...23).contains(first) else { return true }
        return buffer.count > 1 && buffer[1] != 3
    }

    private mutating func end(_ element: Element, _ elements: inout [Element]) {
        elements.append(element)
        isFinished = true
        buffer = []
        message = []
    }
}
