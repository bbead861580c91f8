// SPDX-License-Identifier: Apache-2.0

/// Reads a stream of octets as TLS records and handshake messages, as far as they are in the clear.
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

    private var records = TLSRecordCutter(limit: TLSRecordCutter.limit)
    private var messages = HandshakeMessageCutter()
    private(set) var isFinished = false

    /// Takes octets and tells what is complete.
    mutating func receive(_ octets: some Sequence<UInt8>) -> [Element] {
        guard !isFinished else { return [] }
        records.append(octets)
        var elements: [Element] = []
        while !isFinished, let cut = records.next() {
            switch cut {
            case .record(let record): take(record, into: &elements)
            case .noRecord: end(foreign, &elements)
            }
        }
        if !isFinished, records.looksForeign { end(foreign, &elements) }
        return elements
    }

    private mutating func take(_ record: TLSRecord, into elements: inout [Element]) {
        switch record.type {
        case 22:
            messages.append(record.fragment)
            takeMessages(into: &elements)
        case 21:
            // An encrypted alert is longer.
            guard record.fragment.count == 2, let description = record.fragment.last else {
                return end(.encrypted, &elements)
            }
            elements.append(.alert(TLSAlert(rawValue: description)))
        default: end(.encrypted, &elements)
        }
    }

    private mutating func takeMessages(into elements: inout [Element]) {
        while let cut = messages.next() {
            switch cut {
            case .message(let message): elements.append(.handshake(type: message.type, body: message.body))
            case .tooLong(let octets): return end(.malformed("a handshake message of \(octets) octets"), &elements)
            }
        }
    }

    private var foreign: Element {
        records.hasBegun ? .malformed("octets that are no record of TLS") : .notTLS
    }

    private mutating func end(_ element: Element, _ elements: inout [Element]) {
        elements.append(element)
        isFinished = true
        records = TLSRecordCutter(limit: TLSRecordCutter.limit)
        messages = HandshakeMessageCutter()
    }
}
