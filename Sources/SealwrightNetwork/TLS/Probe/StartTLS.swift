// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// The protocols in which a client asks for TLS in the clear before it begins.
package enum StartTLS: String, Sendable, Hashable, CaseIterable {
    /// RFC 3207.
    case smtp
    /// RFC 9051, section 6.2.1.
    case imap
    /// RFC 2595, section 4.
    case pop3
    /// RFC 4217.
    case ftp
    /// RFC 4511, section 4.14.
    case ldap
    /// RFC 6120, section 5.
    case xmpp
    /// PostgreSQL's SSLRequest.
    case postgres
    /// MySQL's SSLRequest.
    case mysql
}

/// The dialogue before TLS as a state machine: octets in, octets to send out.
///
/// Bounded: a peer that says more than 16 KiB before it agrees is given up. So is one that says more than its
/// agreement: what follows in the clear is no TLS, and a client that kept it would take it for said under TLS.
struct StartTLSDialogue {
    /// What to do next.
    enum Action: Hashable {
        case send([UInt8])
        case wait
        /// The peer agreed: TLS begins with the next octet.
        case begin
        /// The peer refused or does not speak the protocol; what it said.
        case refused(String)
    }

    private static let limit = 16 << 10
    private let kind: StartTLS
    private let host: String
    private var buffer: [UInt8] = []
    private var received = 0
    private var step = 0
    /// The number of a reply whose last line has not come yet.
    private var openReply: String?

    init(_ kind: StartTLS, host: String) {
        self.kind = kind
        self.host = host
    }

    /// What the client says first, `nil` when the server speaks first.
    var opening: [UInt8]? {
        switch kind {
        case .smtp, .imap, .pop3, .ftp, .mysql: nil
        case .ldap: Self.ldapRequest
        case .postgres: [0, 0, 0, 8, 0x04, 0xD2, 0x16, 0x2F]
        case .xmpp:
            Array(
                "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='\(host.filter { $0.isLetter || $0.isNumber || ".-_:".contains($0) })' version='1.0'>"
                    .utf8)
        }
    }

    /// Takes octets of the peer.
    mutating func receive(_ octets: some Collection<UInt8>) -> Action {
        buffer.append(contentsOf: octets)
        received += octets.count
        guard received <= Self.limit else { return .refused("more than \(Self.limit) octets before TLS") }
        let action = next()
        guard action == .begin || beginsWithoutAnswer, !buffer.isEmpty else { return action }
        return .refused("\(buffer.count) octets came unasked before TLS: \(Self.printable(buffer))")
    }

    private mutating func next() -> Action {
        switch kind {
        case .smtp: lines(["220", "250", "220"], sending: ["EHLO sealwright.invalid", "STARTTLS"])
        case .ftp: lines(["220", "234"], sending: ["AUTH TLS"])
        case .imap: words(["* OK", "A OK"], refusals: ["A NO", "A BAD", "* BYE"], sending: ["a STARTTLS"])
        case .pop3: words(["+OK", "+OK"], refusals: ["-ERR"], sending: ["STLS"])
        case .postgres: postgres()
        case .mysql: mysql()
        case .ldap: ldap()
        case .xmpp: xmpp()
        }
    }
}

// MARK: - Protocols of lines

extension StartTLSDialogue {
    /// Numbered replies that may have several lines: the first has a hyphen behind the number, the last the number and
    /// a space, and what FTP servers write between them is free.
    ///
    /// Source: RFC 959, section 4.2; RFC 5321, section 4.2.1.
    private mutating func lines(_ expected: [String], sending: [String]) -> Action {
        while let line = nextLine() {
            let number = String(line.prefix(3))
            let isOpen = line.dropFirst(3).first == "-"
            if let openReply, number != openReply || isOpen { continue }
            openReply = isOpen ? number : nil
            if isOpen { continue }
            guard step < expected.count, line.hasPrefix(expected[step]) else { return .refused(line) }
            step += 1
            return step == expected.count ? .begin : .send(Array((sending[step - 1] + "\r\n").utf8))
        }
        return .wait
    }

    /// Replies that begin with a word in any case; other lines are passed over.
    private mutating func words(_ expected: [String], refusals: [String], sending: [String]) -> Action {
        while let line = nextLine() {
            let upper = line.uppercased()
            if refusals.contains(where: upper.hasPrefix) { return .refused(line) }
            guard step < expected.count, upper.hasPrefix(expected[step]) else {
                if step == 0 { return .refused(line) }
                continue
            }
            step += 1
            return step == expected.count ? .begin : .send(Array((sending[step - 1] + "\r\n").utf8))
        }
        return .wait
    }

    private mutating func nextLine() -> String? {
        guard let end = buffer.firstIndex(of: 0x0A) else { return nil }
        let line = buffer[..<end]
        buffer.removeFirst(end + 1)
        return Self.printable(line)
    }

    private static func printable(_ octets: some Sequence<UInt8>) -> String {
        String(
            decoding: octets.filter { $0 != 0x0D }.prefix(200).map { (0x20...0x7E).contains($0) ? $0 : 0x2E },
            as: UTF8.self)
    }
}

// MARK: - Other protocols

extension StartTLSDialogue {
    private mutating func postgres() -> Action {
        guard let answer = buffer.first else { return .wait }
        guard answer == 0x53 else { return .refused("the server does not offer TLS") }
        buffer.removeFirst()
        return .begin
    }

    /// The server's greeting, then a packet that asks for TLS; the server gives no answer to that.
    ///
    /// The greeting tells the capabilities behind its version text and 13 octets.
    private mutating func mysql() -> Action {
        guard buffer.count >= 4 else { return .wait }
        let length = Int(buffer[0]) | Int(buffer[1]) << 8 | Int(buffer[2]) << 16
        guard length <= Self.limit else { return .refused("no greeting of MySQL") }
        guard buffer.count >= 4 + length else { return .wait }
        let packet = buffer[4..<(4 + length)]
        guard packet.first == 10, let end = packet.firstIndex(of: 0) else { return .refused(Self.printable(packet)) }
        let capabilities = packet[end...].dropFirst(14).prefix(2)
        guard let high = capabilities.last, capabilities.count == 2, high & 0x08 != 0 else {
            return .refused("the server does not offer TLS")
        }
        step = 1
        buffer.removeFirst(4 + length)
        return .send([32, 0, 0, 1, 0x00, 0x8A, 0x08, 0x00, 0, 0, 0, 1, 33] + [UInt8](repeating: 0, count: 23))
    }

    /// Whether TLS begins as soon as the last request is sent.
    var beginsWithoutAnswer: Bool { kind == .mysql && step == 1 }

    /// ExtendedRequest with the object identifier of StartTLS.
    private static let ldapRequest: [UInt8] =
        [0x30, 0x1D, 0x02, 0x01, 0x01, 0x77, 0x18, 0x80, 0x16] + Array("1.3.6.1.4.1.1466.20037".utf8)

    private mutating func ldap() -> Action {
        guard buffer.count >= 2 else { return .wait }
        var reader = ASN1Reader(buffer[...])
        guard buffer[0] == 0x30, let element = try? reader.next(), var fields = try? element.fields(),
            (try? fields.next(.integer)) != nil, let response = try? fields.next(ASN1Tag(.application, 24)),
            var result = try? response.fields(of: response.tag), let code = try? result.next(.enumerated)
        else {
            // It may not be complete yet.
            return buffer.count < 512 && buffer[0] == 0x30 && buffer.count < Int(buffer[1]) + 2
                ? .wait : .refused("the answer is not LDAP")
        }
        guard Array(code.content) == [0] else { return .refused("the server refused StartTLS") }
        buffer.removeFirst(element.encoded.count)
        return .begin
    }

    private mutating func xmpp() -> Action {
        let text = String(decoding: buffer, as: UTF8.self)
        if step == 0 {
            guard text.contains("</stream:features>") || text.contains("</features>") else {
                return text.contains("<stream:error") ? .refused(Self.printable(buffer)) : .wait
            }
            guard text.contains("urn:ietf:params:xml:ns:xmpp-tls") else {
                return .refused("the server does not offer TLS")
            }
            step = 1
            buffer = []
            return .send(Array("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>".utf8))
        }
        if let start = text.firstRange(of: "<proceed") {
            let rest = text[start.upperBound...]
            guard let end = rest.firstRange(of: "/>") ?? rest.firstRange(of: "</proceed>") else { return .wait }
            buffer = Array(rest[end.upperBound...].utf8)
            return .begin
        }
        return text.contains("<failure") ? .refused("the server refused TLS") : .wait
    }
}
