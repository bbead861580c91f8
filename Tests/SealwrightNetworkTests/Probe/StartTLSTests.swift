// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing
import TrustEvaluation

@testable import SealwrightNetwork

@Suite("The dialogue before TLS")
struct StartTLSTests {
    /// Feeds what a server says, an octet at a time, and collects what the client says.
    private func play(_ kind: StartTLS, _ server: [[UInt8]]) -> (said: [[UInt8]], end: StartTLSDialogue.Action) {
        var dialogue = StartTLSDialogue(kind, host: "mail.example.test")
        var said = dialogue.opening.map { [$0] } ?? []
        for turn in server {
            for octet in turn {
                switch dialogue.receive([octet]) {
                case .wait: break
                case .send(let octets): said.append(octets)
                case let end: return (said, end)
                }
            }
        }
        return (said, dialogue.beginsWithoutAnswer ? .begin : .wait)
    }

    private func lines(_ text: [String]) -> [[UInt8]] { text.map { Array(($0 + "\r\n").utf8) } }
    private func text(_ octets: [[UInt8]]) -> [String] {
        octets.map { String(decoding: $0, as: UTF8.self).replacing("\r\n", with: "") }
    }

    @Test func `SMTP, with answers of several lines`() {
        let (said, end) = play(
            .smtp, lines(["220-mail.example.test", "220 ESMTP", "250-mail", "250-STARTTLS", "250 SIZE", "220 go"]))
        #expect(text(said) == ["EHLO sealwright.invalid", "STARTTLS"] && end == .begin)
        #expect(
            play(.smtp, lines(["220 ESMTP", "250 SIZE", "454 not available"])).end == .refused("454 not available"))
        #expect(play(.smtp, lines(["554 go away"])).end == .refused("554 go away"))
    }

    @Test func `IMAP, POP3 and FTP`() {
        let imap = play(.imap, lines(["* OK ready", "* CAPABILITY IMAP4rev1", "a OK begin"]))
        #expect(text(imap.said) == ["a STARTTLS"] && imap.end == .begin)
        #expect(play(.imap, lines(["* OK ready", "a BAD what"])).end == .refused("a BAD what"))
        #expect(play(.pop3, lines(["+OK ready", "+OK begin"])).end == .begin)
        #expect(play(.pop3, lines(["+OK ready", "-ERR no"])).end == .refused("-ERR no"))
        let ftp = play(.ftp, lines(["220-Welcome", "220 ready", "234 go"]))
        #expect(text(ftp.said) == ["AUTH TLS"] && ftp.end == .begin)
    }

    @Test func `FTP writes what it likes between the first and the last line of a reply`() {
        let banner = lines(["220-Welcome", " to this server", "250 is not the end", "220-nor this", "220 ready"])
        let (said, end) = play(.ftp, banner + lines(["234 go"]))
        #expect(text(said) == ["AUTH TLS"] && end == .begin)
    }

    @Test func `IMAP's words are in any case`() {
        #expect(play(.imap, lines(["* ok ready", "A ok begin"])).end == .begin)
        #expect(play(.imap, lines(["* Ok ready", "a no never"])).end == .refused("a no never"))
    }

    private static let unasked: [(StartTLS, [String])] = [
        (.smtp, ["220 hi\r\n", "250 STARTTLS\r\n", "220 go\r\n250 more\r\n"]),
        (.imap, ["* OK hi\r\n", "a OK go\r\n* BYE\r\n"]), (.pop3, ["+OK hi\r\n", "+OK go\r\n+OK more\r\n"]),
        (.ftp, ["220 hi\r\n", "234 go\r\n200 more\r\n"]), (.postgres, ["SR"]),
        (.ldap, ["0\u{C}\u{2}\u{1}\u{1}x\u{7}\u{A}\u{1}\0\u{4}\0\u{4}\00"]),
        (
            .xmpp,
            [
                "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>",
                "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/><message/>",
            ]
        ),
        (.mysql, ["\u{17}\0\0\0\u{A}8.0.36\0" + "1234567812345" + "\u{7F}\u{7F}more"]),
    ]

    @Test(arguments: unasked)
    func `what comes in the clear behind the agreement is no part of the conversation`(
        kind: StartTLS, server: [String]
    ) {
        var dialogue = StartTLSDialogue(kind, host: "a")
        var last = StartTLSDialogue.Action.wait
        for turn in server { last = dialogue.receive(Array(turn.utf8)) }
        guard case .refused(let reason) = last else {
            Issue.record("\(kind): \(last)")
            return
        }
        #expect(reason.contains("came unasked before TLS"), "\(reason)")
    }

    @Test func `LDAP, PostgreSQL, MySQL and XMPP`() {
        #expect(play(.ldap, [[0x30, 0x0C, 2, 1, 1, 0x78, 0x07, 0x0A, 1, 0, 4, 0, 4, 0]]).end == .begin)
        #expect(
            play(.ldap, [[0x30, 0x0C, 2, 1, 1, 0x78, 0x07, 0x0A, 1, 2, 4, 0, 4, 0]]).end
                == .refused("the server refused StartTLS"))
        #expect(play(.postgres, [[0x53]]).end == .begin)
        #expect(play(.postgres, [[0x4E]]).end == .refused("the server does not offer TLS"))
        func greeting(_ capabilities: [UInt8]) -> [UInt8] {
            let body =
                [10] + Array("8.0.36".utf8) + [0, 1, 0, 0, 0] + [UInt8](repeating: 65, count: 8) + [0] + capabilities
            return [UInt8(body.count), 0, 0, 0] + body
        }
        let mysql = play(.mysql, [greeting([0xFF, 0xFF])])
        #expect(mysql.said.count == 1 && mysql.said[0].count == 36 && mysql.end == .begin)
        #expect(play(.mysql, [greeting([0xFF, 0xF7])]).end == .refused("the server does not offer TLS"))
        let features = "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>"
        let xmpp = play(
            .xmpp, [Array(features.utf8), Array("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>".utf8)])
        #expect(xmpp.said.count == 2 && xmpp.end == .begin)
    }

    @Test(arguments: StartTLS.allCases)
    func `nonsense ends, whatever it is`(kind: StartTLS) {
        for first in [UInt8(0), 0x0A, 0x30, 0x3C, 0x7F, 0xFF] {
            var dialogue = StartTLSDialogue(kind, host: "a")
            var isOver = false
            for _ in 0..<40 where !isOver {
                switch dialogue.receive([UInt8](repeating: first, count: 1_000)) {
                case .refused, .begin: isOver = true
                case .wait, .send: break
                }
            }
            #expect(isOver, "\(first)")
        }
    }

    @Test func `a probe goes through SMTP to TLS`() async throws {
        let root = try TestAuthority()
        let identity = try root.identity()
        let listener = try TLSListener(TLSServerSettings(), serving: identity)
        let server = try await LoopbackServer { channel, _ in
            try channel.pipeline.syncOperations.addHandler(MailServer(listener))
        }
        var options = TLSProbe.Options(
            trust: PeerTrust(
                anchors: [TrustAnchor(root.certificate)], purpose: .serverAuth, names: [.host("localhost")]))
        options.serverName = "localhost"
        let target = TLSProbe.Target(host: "127.0.0.1", port: server.port, startTLS: .smtp)
        let report = await TLSProbe(target, options: options).run()
        let wrong = await TLSProbe(.init(host: "127.0.0.1", port: server.port, startTLS: .pop3), options: options).run()
        await server.stop()
        #expect(report.isAcceptable && report.chain == identity.chain, "\(report.findings)")
        #expect(wrong.findings.map(\.code) == [.plainText])
    }
}

/// As much of SMTP as STARTTLS needs.
private final class MailServer: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let listener: TLSListener

    init(_ listener: TLSListener) { self.listener = listener }

    func channelActive(context: ChannelHandlerContext) { say("220 ready", context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let line = String(buffer: unwrapInboundIn(data))
        if line.hasPrefix("EHLO") { return say("250-hello\r\n250 STARTTLS", context) }
        guard line.hasPrefix("STARTTLS") else { return say("500 what", context) }
        say("220 go", context)
        let channel = context.channel
        let listener = listener
        context.pipeline.syncOperations.removeHandler(self).whenSuccess { _ = try? listener.install(on: channel) }
    }

    private func say(_ line: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: line + "\r\n")), promise: nil)
    }
}
