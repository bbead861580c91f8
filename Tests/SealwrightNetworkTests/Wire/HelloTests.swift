// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import Testing

@testable import SealwrightNetwork

@Suite("RFC 8446, section 4.1: hellos")
struct HelloTests {
    @Test(arguments: ProtocolVersion.all)
    func `a hello that is written is read as it was meant`(version: ProtocolVersion) throws {
        let hello = ClientHello(
            versions: [version], suites: version == .tls13 ? CipherSuite.tls13 : CipherSuite.classic,
            serverName: "a.example.test", applicationProtocols: ["h2", "http/1.1"])
        var reader = TLSRecordReader()
        let elements = reader.receive(hello.record)
        guard case .handshake(type: 1, let body) = elements.first else {
            Issue.record("\(elements)")
            return
        }
        let read = try #require(ClientHello(parsing: body))
        #expect(read.versions == hello.versions && read.suites == hello.suites)
        if version > .ssl3 { #expect(read == hello) }
    }

    @Test func `hellos that are cut off or changed are read or refused, never more`() {
        let record = ClientHello(
            versions: [.tls13], suites: CipherSuite.tls13, serverName: "a.example.test", applicationProtocols: ["h2"]
        ).record
        for end in record.indices {
            _ = ClientHello(parsing: Array(record[9..<max(9, end)]))
            _ = ServerHello(parsing: Array(record[..<end]))
            var reader = TLSRecordReader()
            _ = reader.receive(record[..<end])
            for mask: UInt8 in [0xFF, 0x80, 0x01] {
                var changed = record
                changed[end] ^= mask
                var reader = TLSRecordReader()
                var flight = ServerFlight()
                for octet in changed { _ = reader.receive([octet]) }
                flight.receive(changed)
            }
        }
    }

    @Test func `a flight of TLS 1.2 is read whatever its records look like`() throws {
        // ServerHello, Certificate with two entries, ServerKeyExchange of X25519, CertificateRequest, ServerHelloDone.
        let hello: [UInt8] = [3, 3] + [UInt8](repeating: 7, count: 32) + [0, 0xC0, 0x2F, 0]
        let certificates: [UInt8] = [0, 0, 9, 0, 0, 1, 0xAA, 0, 0, 2, 0xBB, 0xCC]
        let request: [UInt8] = [1, 64, 0, 2, 4, 3, 0, 5, 0, 3, 0x30, 1, 0]
        let messages: [(UInt8, [UInt8])] = [
            (2, hello), (11, certificates), (12, [3, 0, 29, 0]), (13, request), (14, []),
        ]
        var stream: [UInt8] = []
        for (type, body) in messages { stream += [type, 0, 0, UInt8(body.count)] + body }
        for size in [1, 7, stream.count] {
            var flight = ServerFlight()
            for start in stride(from: 0, to: stream.count, by: size) {
                let part = Array(stream[start..<min(start + size, stream.count)])
                flight.receive([22, 3, 3, 0, UInt8(part.count)] + part)
            }
            #expect(flight.isComplete && flight.hello?.suite.name == "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")
            #expect(flight.chain == [[0xAA], [0xBB, 0xCC]] && flight.group == .x25519)
            #expect(flight.certificateAuthorities == [[0x30, 1, 0]])
        }
    }

    @Test func `alerts and foreign octets are told apart`() {
        var flight = ServerFlight()
        flight.receive([21, 3, 1, 0, 2, 2, 70])
        #expect(flight.alert == .protocolVersion && flight.isComplete)
        var foreign = ServerFlight()
        foreign.receive(Array("HTTP/1.1 400 Bad Request".utf8))
        #expect(foreign.isComplete && String(decoding: foreign.plainText, as: UTF8.self).hasPrefix("HTTP/1.1 400"))
        #expect(TLSAlert(name: "UNKNOWN_CA") == .unknownCA && TLSAlert(rawValue: 48).description == "48 unknown_ca")
    }

    @Test func `what begins as TLS and breaks its rules is no plain text`() {
        let message: [UInt8] = [22, 3, 3, 0x40, 0] + [UInt8](repeating: 11, count: 0x4000)
        let streams: [([UInt8], String)] = [
            (message, "a handshake message of 723723 octets"),
            ([22, 3, 3, 0, 4, 14, 0, 0, 0] + Array("HTTP/1.1".utf8), "octets that are no record of TLS"),
            ([22, 3, 3, 0xFF, 0xFF], "octets that are no record of TLS"),
        ]
        for (stream, text) in streams {
            var reader = TLSRecordReader()
            #expect(reader.receive(stream).last == .malformed(text))
        }
    }

    @Test func `every suite that is weak says why, and those we offer are not`() {
        #expect(CipherSuite.tls13.allSatisfy { $0.weakness == nil })
        let good = CipherSuite.classic.filter { $0.weakness == nil }
        #expect(good.allSatisfy { $0.isForwardSecret && $0.isAEAD } && good.count == 11, "\(good)")
        #expect(CipherSuite(rawValue: 0x0005).isBroken && !CipherSuite(rawValue: 0x002F).isBroken)
        #expect(CipherSuite(rawValue: 0xABCD).name == "suite 0xABCD")
    }
}
