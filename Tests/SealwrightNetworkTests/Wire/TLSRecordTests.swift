// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SealwrightNetwork

@Suite("RFC 8446, sections 4 and 5: records and handshake messages")
struct TLSRecordTests {
    /// The records of a stream that comes octet by octet or at once, and whether it ended in something else.
    private func cut(_ stream: [UInt8], by size: Int, limit: Int) -> (fragments: [[UInt8]], isBroken: Bool) {
        var cutter = TLSRecordCutter(limit: limit)
        var fragments: [[UInt8]] = []
        for start in stride(from: 0, to: stream.count, by: size) {
            cutter.append(stream[start..<min(start + size, stream.count)])
            while let cut = cutter.next() {
                guard case .record(let record) = cut else { return (fragments, true) }
                fragments.append(Array(record.fragment))
            }
        }
        return (fragments, false)
    }

    @Test(arguments: [1, 3, 1_000])
    func `records come out as they went in, however the stream is cut`(size: Int) {
        let stream: [UInt8] = [22, 3, 1, 0, 2, 7, 8, 20, 3, 3, 0, 1, 1, 23, 3, 3, 0, 0, 21, 3, 3, 0, 2, 1]
        let found = cut(stream, by: size, limit: TLSRecordCutter.limit)
        #expect(found.fragments == [[7, 8], [1], []] && !found.isBroken)
        #expect(cut(stream + [0] + [4, 5, 6, 7, 8], by: size, limit: TLSRecordCutter.limit).isBroken)
    }

    @Test func `a record of TLS 1.3 has 256 octets more than its contents at the most, an older one 2,048`() {
        for limit in [TLSRecordCutter.limitOfTLS13, TLSRecordCutter.limit] {
            for length in [limit, limit + 1] {
                let header: [UInt8] = [23, 3, 3, UInt8(length >> 8), UInt8(length & 0xFF)]
                let record = header + [UInt8](repeating: 9, count: length)
                let found = cut(record, by: record.count, limit: limit)
                #expect(found.isBroken == (length > limit) && found.fragments.count == (length > limit ? 0 : 1))
            }
        }
        #expect(TLSRecordCutter.limitOfTLS13 == 0x4100 && TLSRecordCutter.limit == 0x4800)
    }

    @Test func `messages that share records or are spread over them come out whole, with their headers`() {
        var cutter = HandshakeMessageCutter()
        var found: [[UInt8]] = []
        for part: [UInt8] in [[8, 0, 0, 0, 11, 0, 0], [2, 7], [6, 14, 0, 0, 0, 20]] {
            cutter.append(part)
            while case .message(let message) = cutter.next() {
                #expect(message.octets.first == message.type && message.body == Array(message.octets.dropFirst(4)))
                found.append(message.octets)
            }
        }
        #expect(found == [[8, 0, 0, 0], [11, 0, 0, 2, 7, 6], [14, 0, 0, 0]])
        cutter.append([2, 0, 1])
        guard case .tooLong(let octets) = cutter.next() else {
            Issue.record("a message of 131,073 octets is waited for")
            return
        }
        #expect(octets == 0x02_0001)
    }

    private static let useless: [[UInt8]] = [
        [22, 3, 3, 0, 4, 11, 0, 0, 0],
        [22, 3, 3, 0, 4, 2, 0, 0, 0],
        [22, 3, 3, 0, 4, 2, 2, 0, 1],
        [23, 3, 3, 0, 3, 1, 1, 1],
        [21, 3, 3, 0, 2, 2, 40],
        [23, 3, 3, 0x41, 1],
        [72, 84, 84, 80, 47],
    ]

    @Test(arguments: useless)
    func `a server that does not agree on secrets ends the reading of its encrypted flight`(octets: [UInt8]) {
        var flight = EncryptedFlight(serverName: "a.example.test", applicationProtocols: [])
        flight.receive([20, 3, 3, 0, 1, 1])
        #expect(!flight.isComplete)
        flight.receive(octets)
        #expect(flight.isComplete && flight.hasStapledStatus == nil)
    }
}
