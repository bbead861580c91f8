// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import SealwrightCore
import SealwrightEndpoints
import SealwrightTesting
import Testing

@Suite("RFC 8894 section 4.1: messages in queries and bodies")
struct QueryTests {
    /// How a client writes a message into its query.
    enum Encoding: String, CaseIterable, CustomTestStringConvertible {
        case escaped = "everything escaped"
        case raw = "+, / and = as they are"
        case equalsEscaped = "only = escaped, as macOS"
        case plusEscaped = "%2B and %2F"
        case lines = "lines of 64 ended by %0A, as Cisco and sscep"
        case carriageReturns = "lines of 76 ended by %0D%0A"
        case blanks = "blanks and tabs between lines"
        case urlSafe = "URL-safe alphabet"
        case unpadded = "no padding"
        case doubleEscaped = "escaped twice"

        var testDescription: String { rawValue }

        func write(_ message: [UInt8]) -> String {
            let text = Base64.encode(message)
            switch self {
            case .escaped: return escape(text)
            case .raw: return text
            case .equalsEscaped: return text.replacing("=", with: "%3D")
            case .plusEscaped: return text.replacing("+", with: "%2b").replacing("/", with: "%2f")
            case .lines: return lines(text, 64).map { escape($0) + "%0A" }.joined()
            case .carriageReturns: return lines(text, 76).map { escape($0) }.joined(separator: "%0D%0A")
            case .blanks: return lines(text, 64).map { escape($0) }.joined(separator: "%20%09 ")
            case .urlSafe: return text.replacing("+", with: "-").replacing("/", with: "_")
            case .unpadded: return escape(text.replacing("=", with: ""))
            case .doubleEscaped: return escape(text).replacing("%", with: "%25")
            }
        }

        private func escape(_ text: String) -> String {
            text.replacing("+", with: "%2B").replacing("/", with: "%2F").replacing("=", with: "%3D")
        }

        private func lines(_ text: String, _ width: Int) -> [String] {
            stride(from: 0, to: text.count, by: width).map { String(text.dropFirst($0).prefix(width)) }
        }
    }

    @Test(arguments: Encoding.allCases, ["operation=PKIOperation&message=", "OPERATION=pkioperation&x=1&Message="])
    func `every encoding of a message in a query is read`(encoding: Encoding, head: String) async throws {
        let bench = try await Workbench()
        // The padding must be there to be missed.
        var forge = try await bench.request(challenge: bench.challenge())
        while try forge.message().count % 3 != 1 { forge.transactionID = DER.string(forge.text + "x") }
        let message = try forge.message()
        let reply = await bench.endpoint().respond(toQuery: head + encoding.write(message), from: Workbench.peer)
        let answer = try Answer(reply, from: bench.registry)
        #expect(answer.status == .success, "\(answer)")
        #expect(try await bench.post(message).certificate(LabKeys.device()) == answer.certificate(LabKeys.device()))
    }

    @Test(arguments: [16 << 10, 200 << 10])
    func `long queries are read`(count: Int) async throws {
        let bench = try await Workbench()
        let forge = try await bench.request(challenge: bench.challenge())
        let filler = String(repeating: "x", count: count)
        let query = "a=\(filler)&" + GETMessage.rawQuery(for: try forge.message())
        let reply = await bench.endpoint().respond(toQuery: query, from: Workbench.peer)
        #expect(try Answer(reply, from: bench.registry).status == .success)
    }

    @Test(arguments: [
        "operation=PKIOperation", "operation=PKIOperation&message=", "operation=PKIOperation&message=%%%",
        "operation=PKIOperation&message=!!!!", "operation=PKIOperation&message=AAAA", "", "message=AAAA", "operation",
        "operation=", "operation=Fetch", "operation=GetCACert%00", "=&=&=",
    ])
    func `a query that says nothing is 400 and names its fault`(query: String) async throws {
        let bench = try await Workbench()
        let reply = await bench.endpoint().respond(toQuery: query, from: Workbench.peer)
        #expect(reply.status == .badRequest)
        #expect(reply.text.hasPrefix("scep."))
    }

    @Test(arguments: [
        "operation=PKIOperation", "operation=pkioperation", "OPERATION=PKIOPERATION", "operation=PKIOperation&message=",
        "operation=PKIOperation&message=AAAA", "a=b&operation=PKIOperation&c", "&&operation=PKIOperation",
    ])
    func `a POST is read whatever else its query says`(query: String) async throws {
        let bench = try await Workbench()
        let message = try await bench.request(challenge: bench.challenge()).message()
        let reply = await bench.endpoint().respond(toBody: message, rawQuery: query, from: Workbench.peer)
        #expect(try Answer(reply, from: bench.registry).status == .success)
    }

    @Test(arguments: ["operation=GetCACaps", "operation=GetCACert&message=x", "operation=GetNextCACert"])
    func `a POST of what is asked for with GET is 405`(query: String) async throws {
        let bench = try await Workbench()
        let reply = await bench.endpoint().respond(toBody: [], rawQuery: query, from: Workbench.peer)
        #expect(reply.status == .methodNotAllowed(["GET"]))
    }

    @Test(arguments: ["", "operation=", "operation=Delete"])
    func `a POST without an operation is 400`(query: String) async throws {
        let bench = try await Workbench()
        let reply = await bench.endpoint().respond(toBody: [0x30], rawQuery: query, from: Workbench.peer)
        #expect(reply.status == .badRequest)
    }

    @Test func `a message over the limit is 413, in a body and in a query`() async throws {
        let bench = try await Workbench()
        let large = [UInt8](repeating: 0x30, count: SCEPEndpoint.messageLimit + 1)
        #expect(try await bench.post(large).reply.status == .tooLarge)
        let query = "operation=PKIOperation&message=" + Base64.encode(large + large)
        let reply = await bench.endpoint().respond(toQuery: query, from: Workbench.peer)
        #expect(reply.status == .tooLarge)
    }

    static let noMessages: [[UInt8]] = [
        [], [0x00], [0x30], [0x30, 0x00], [0x30, 0x80], [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF],
    ]

    @Test(arguments: noMessages)
    func `octets that are no message are 400`(octets: [UInt8]) async throws {
        let bench = try await Workbench()
        let answer = try await bench.post(octets)
        #expect(answer.reply.status == .badRequest)
        #expect(answer.reply.text.hasPrefix("scep.") || answer.reply.text.hasPrefix("format."), "\(answer)")
    }

    @Test func `octets nested fifty thousand deep are 400`() async throws {
        let bench = try await Workbench()
        let nested = (0..<100_000).map { UInt8($0 % 2 == 0 ? 0x30 : 0x80) }
        #expect(try await bench.post(nested).reply.status == .badRequest)
    }
}

extension Forge {
    /// The transactionID as text.
    fileprivate var text: String { String(decoding: transactionID.dropFirst(2), as: UTF8.self) }
}
