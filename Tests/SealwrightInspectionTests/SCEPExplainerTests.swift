// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import SCEP
import SealwrightCore
import SealwrightInspection
import SealwrightTesting
import Testing

@Suite("Explaining captured SCEP messages")
struct SCEPExplainerTests {
    let lab: SCEPLab

    init() throws { lab = try SCEPLab() }

    @Test func `a request is decoded, and its challenge is told but not shown`() async throws {
        let explanation = try await lab.explainer.explain(lab.request())
        #expect(explanation.outcome == .pending && !explanation.isReply)
        #expect(explanation.sentence == "PENDING would be answered, because a person must approve first.")
        #expect(explanation.report.value("Challenge") == "present")
        #expect(explanation.report.value("messageType") == "PKCSReq (19)")
        let text = explanation.text(width: 100)
        #expect(text.contains("CN=laptop-7") && text.contains("AES-128-CBC") && text.contains("SHA-256"))
        let json = String(decoding: try JSONEncoder().encode(explanation), as: UTF8.self)
        for shown in [text, json] { #expect(!shown.contains(SCEPLab.challenge)) }
    }

    @Test func `every form of capture is the same message`() async throws {
        let message = try lab.request()
        let expected = try await lab.explainer.explain(message)
        let query = GETMessage.rawQuery(for: message)
        let post =
            "POST /scep/default?operation=PKIOperation HTTP/1.1\r\nHost: pki.example.test\r\n"
            + "Content-Length: \(message.count)\r\n\r\n"
        for text in [
            query, "http://pki.example.test:8080/scep/default?\(query)\n", "/scep/default?\(query)",
            "GET /scep/default?\(query) HTTP/1.1", "GET /scep?\(query) HTTP/1.0\r\nHost: x\r\n\r\n",
            Base64.encode(message), Base64.encode(message, lineLength: 64), PEM.encode(message, label: "CMS"),
        ] {
            #expect(try await lab.explainer.explain(Array(text.utf8)) == expected, "\(text.prefix(60))")
        }
        #expect(try await lab.explainer.explain(Array(post.utf8) + message) == expected)
        // The answer behind it in the capture is not the message's.
        let both = Array(post.utf8) + message + Array("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n0".utf8)
        #expect(try await lab.explainer.explain(both) == expected)
        let get = "GET /scep/default?\(query) HTTP/1.1\r\nHost: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n0"
        #expect(try await lab.explainer.explain(Array(get.utf8)) == expected)
        for length in ["-1", "0", "99999999999999999999999", "x", "9223372036854775807"] {
            let odd = "POST /scep HTTP/1.1\r\nContent-Length: \(length)\r\n\r\n"
            #expect(try await lab.explainer.explain(Array(odd.utf8) + message) == expected, "\(length)")
        }
    }

    @Test func `a request and a reply sent in chunks are read like whole ones`() async throws {
        let message = try lab.request()
        let expected = try await lab.explainer.explain(message)
        let post = "POST /scep/default?operation=PKIOperation HTTP/1.1\r\nHost: x\r\n"
        let coded = Array((post + "transfer-encoding:  Chunked\r\n\r\n").utf8)
        for length in [1, 100, message.count] {
            let body = Self.chunks(of: message, length: length)
            #expect(try await lab.explainer.explain(coded + body) == expected, "\(length)")
            // Trailer fields, and the answer behind it in the capture, are not the message's.
            let more = body.dropLast(2) + Array("X-Sum: 1\r\n\r\nHTTP/1.1 200 OK\r\n\r\n".utf8)
            #expect(try await lab.explainer.explain(coded + more) == expected)
        }
        let lineFeeds = Array((post + "Transfer-Encoding: chunked\r\n\r\n").utf8).filter { $0 != 0x0D }
        let extended = "0000\(String(message.count, radix: 16, uppercase: true)) ; name=\"value\"\n"
        let body = Array(extended.utf8) + message + Array("\n0\n\n".utf8)
        #expect(try await lab.explainer.explain(lineFeeds + body) == expected)
        // Some programs put the chunks together and keep the field.
        #expect(try await lab.explainer.explain(coded + message) == expected)
        let reply = Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: identity, chunked\r\n\r\n".utf8)
        #expect(try await lab.explainer.explain(reply + Self.chunks(of: message, length: 700)) == expected)
    }

    @Test(arguments: [
        ("5\r\nhel", "chunk 1 of 5 octets is cut off"), ("5\r\nhello", "the last chunk is missing"),
        ("5\r\nhello\r\n", "the last chunk is missing"),
        ("5\r\nhello!\r\n", "chunk 1 is longer or shorter than it says"),
        ("\r\n", "chunk 1 has no number of octets"), ("-5\r\nhello\r\n", "chunk 1 has no number of octets"),
        ("5 5\r\nhello\r\n", "chunk 1 has no number of octets"), ("0x5\r\n", "chunk 1 has no number of octets"),
        ("5\r\nhello\r\nFFFFFFFFFFFFFFFFFFFFFFFF\r\n", "chunk 2 has no number of octets"),
        ("7FFFFFFFFFFFFFFF\r\nhello", "chunk 1 of 9223372036854775807 octets is cut off"),
        ("5", "chunk 1 has no line with its size"),
    ])
    func `chunks that are none are told with their place`(body: String, fault: String) async throws {
        let head = "POST /scep?operation=PKIOperation HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        await #expect(throws: InspectionError.notARequest("its body is sent in chunks, and \(fault)")) {
            try await lab.explainer.explain(Array((head + body).utf8))
        }
    }

    @Test func `another transfer coding is named`() async throws {
        let text =
            "POST /scep?operation=PKIOperation HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
            + "1\r\nx\r\n0\r\n\r\n"
        await #expect(throws: InspectionError.unsupported("the transfer coding gzip, chunked")) {
            try await lab.explainer.explain(Array(text.utf8))
        }
    }

    /// A message as `Transfer-Encoding: chunked` sends it.
    private static func chunks(of message: [UInt8], length: Int) -> [UInt8] {
        var body: [UInt8] = []
        for start in stride(from: 0, to: message.count, by: length) {
            let part = message[start..<min(start + length, message.count)]
            body += Array("\(String(part.count, radix: 16))\r\n".utf8) + part + [0x0D, 0x0A]
        }
        return body + Array("0\r\n\r\n".utf8)
    }

    @Test func `the endpoint is the one that the captured URL names`() throws {
        let query = GETMessage.rawQuery(for: try lab.request())
        for text in [
            "GET /scep/phones?\(query) HTTP/1.1", "GET /scep/phones/pkiclient.exe?\(query) HTTP/1.0\r\n\r\n",
            "http://pki.example.test:8080/scep/phones?\(query)", "/scep/phones/?\(query)",
            "GET http://pki.example.test/scep/phones?operation=GetCACaps HTTP/1.1",
            "POST /scep/phones?operation=PKIOperation HTTP/1.1\r\nHost: x\r\n\r\n0",
        ] {
            #expect(SCEPExplainer.endpoint(in: Array(text.utf8)) == "phones", "\(text.prefix(60))")
        }
        for text in [
            query, "GET /scep?\(query) HTTP/1.0", "/cgi-bin/pkiclient.exe?\(query)", "HTTP/1.1 200 OK\r\n\r\n",
            Base64.encode(try lab.request()), "scep/phones", "",
        ] {
            #expect(SCEPExplainer.endpoint(in: Array(text.utf8)) == nil, "\(text.prefix(60))")
        }
        #expect(SCEPExplainer.endpoint(in: try lab.request()) == nil)
    }

    @Test(arguments: [
        "operation=GetCACaps", "GET /cgi-bin/pkiclient.exe?operation=GetCACert&message=x HTTP/1.1",
        "https://h/scep?operation=GetNextCACert",
    ])
    func `questions without a message`(text: String) async throws {
        let explanation = try await lab.explainer.explain(Array(text.utf8))
        #expect(explanation.outcome == .success && explanation.sentence.hasPrefix("Get"))
    }

    @Test(.timeLimit(.minutes(1)))
    func `a capture full of combining marks is read as octets, in no time`() async {
        let marks = String(repeating: "\u{301}\u{323}", count: 250_000)
        for text in [marks, "GET \(marks) HTTP/1.1", "operation=\(marks)", "x?operation=\(marks)"] {
            await #expect(throws: InspectionError.self) { try await lab.explainer.explain(Array(text.utf8)) }
        }
    }

    @Test func `what the endpoint would issue is said in one sentence`() async throws {
        var lab = lab
        lab.verdict = .enrollment(
            .issued(
                .init(
                    subject: try DistinguishedName(text: "CN=laptop-7"), alternativeNames: [],
                    notAfter: Fixture.now.adding(seconds: 86_400 * 365), profile: "device",
                    authority: AuthorityID(rawValue: "issuing"), ignored: ["codeSigning"],
                    grounds: .challenge(ChallengeID(rawValue: "ch_1")))))
        let explanation = try await lab.explainer.explain(lab.request())
        #expect(
            explanation.sentence
                == "SUCCESS would be answered with a certificate for CN=laptop-7 until 1 Jun 2027 "
                + "(profile device, authority issuing), because the challenge ch_1 fits.")
        #expect(explanation.advice?.contains("codeSigning") == true && explanation.isGood)
    }

    @Test func `a refusal has failInfo, code and advice`() async throws {
        var lab = lab
        let reason = DenialReason.challengeAlreadyUsed
        lab.verdict = .refused(
            Refusal(failInfo: .badRequest, text: reason.sentence, code: reason.code, detail: reason.hint))
        let explanation = try await lab.explainer.explain(lab.request())
        #expect(explanation.outcome == .failure && explanation.failInfo == "badRequest" && !explanation.isGood)
        #expect(explanation.code == "enrollment.challenge-already-used")
        #expect(
            explanation.sentence.hasPrefix(
                "FAILURE badRequest would be answered, because the challenge was used already"))
        #expect(explanation.advice == ErrorCatalog.entry(reason.code)?.remedy)
    }

    @Test func `the protocol's own refusals need no judge`() async throws {
        var strict = lab
        strict.settings.ciphers = [.aes256GCM]
        #expect(try await strict.explainer.explain(strict.request()).failInfo == "badAlg")
        var other = try SCEPLab()
        other.settings = lab.settings
        let message = try Fixture.scepRequest.bytes
        let explanation = try await lab.explainer.explain(message)
        #expect(explanation.failInfo == "badMessageCheck")
        #expect(explanation.report.value("transactionID") == "CF32858614648C59441570BC9E56228C34463374")
    }

    @Test func `a changed message is told as such`() async throws {
        var message = try lab.request()
        message[message.count - 1] ^= 1
        let explanation = try await lab.explainer.explain(message)
        #expect(explanation.failInfo == "badMessageCheck" && explanation.code == "scep.signature-invalid")
    }

    @Test func `without keys what can be told is told`() async throws {
        let explanation = try await SCEPExplainer(judge: nil, now: Fixture.now).explain(Fixture.scepRequest.bytes)
        #expect(explanation.outcome == .unknown && explanation.advice?.contains("--data") == true)
    }

    @Test(arguments: FailInfo.allCases)
    func `a reply that refuses comes with advice`(failInfo: FailInfo) async throws {
        let reply = try lab.reply(.failure(Refusal(failInfo: failInfo, text: "because", code: "test.code")))
        let explanation = try await SCEPExplainer(judge: nil, now: Fixture.now).explain(reply)
        #expect(explanation.isReply && explanation.outcome == .failure && explanation.failInfo == failInfo.name)
        #expect(explanation.sentence == "The request was refused: \(failInfo.name), \"because\".")
        #expect(explanation.advice?.isEmpty == false)
    }

    @Test func `replies that grant or wait`() async throws {
        let certificate = try Fixture.certificate.der
        let explainer = SCEPExplainer(judge: nil, now: Fixture.now)
        #expect(try await explainer.explain(lab.reply(.pending)).outcome == .pending)
        #expect(
            try await explainer.explain(lab.reply(.success(certificate: certificate, chain: []))).outcome == .success)
    }

    @Test func `every truncation and flip of a request ends in words`() async throws {
        let message = try lab.request()
        for index in stride(from: 0, to: message.count, by: 13) {
            _ = try? await lab.explainer.explain(Array(message.prefix(index)))
            var damaged = message
            damaged[index] ^= 0x81
            _ = try? await lab.explainer.explain(damaged)
        }
    }

    @Test(arguments: ["", "hello", "operation=Nonsense", "GET / HTTP/1.1\r\n\r\n", "http://x/", "MAMCAQE="])
    func `what is no SCEP is refused with a code`(text: String) async throws {
        await #expect(throws: InspectionError.self) { try await lab.explainer.explain(Array(text.utf8)) }
    }
}
