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

    /// The protocol that usually has this port.
    package init?(port: Int) {
        switch port {
        case 25, 587: self = .smtp
        case 143: self = .imap
        case 110: self = .pop3
        case 21: self = .ftp
        case 389: self = .ldap
        case 5222, 5269: self = .xmpp
        case 5432: self = .postgres
        case 3306: self = .mysql
        default: return nil
        }
    }
}

/// The dialogue before TLS as a state machine: octets in, octets to send out.
///
/// Bounded: a peer that says more than 16 KiB before it agrees is given up.
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
    private var step = 0

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
    mutating func receive(_ octets: some Sequence<UInt8>) -> Action {
        buffer.append(contentsOf: octets)
        guard buffer.count <= Self.limit else { return .refused("more than \(Self.limit) octets before TLS") }
        switch kind {
        case .smtp: return lines(["220", "250", "220"], sending: ["EHLO sealwright.invalid", "STARTTLS"])
        case .ftp: return lines(["220", "234"], sending: ["AUTH TLS"])
        case .imap: return words(["* OK", "a OK"], refusals: ["a NO", "a BAD", "* BYE"], sending: ["a STARTTLS"])
        case .pop3: return words(["+OK", "+OK"], refusals: ["-ERR"], sending: ["STLS"])
        case .postgres: return postgres()
        case .mysql: return mysql()
        case .ldap: return ldap()
        case .xmpp: return xmpp()
        }
    }
}

// MARK: - Protocols of lines

extension StartTLSDialogue {
    /// Numbered replies that may have several lines: all but the last have a hyphen behind the number.
    private mutating func lines(_ expected: [String], sending: [String]) -> Action {
        while let line = nextLine() {
            if line.utf8.count > 3, Array(line.utf8)[3] == 0x2D { continue }
            guard step < expected.count, line.hasPrefix(expected[step]) else { return .refused(line) }
            step += 1
            return step == expected.count ? .begin : .send(Array((sending[step - 1] + "\r\n").utf8))
        }
        return .wait
    }

    /// Replies that begin with a word; other lines are passed over.
    private mutating func words(_ expected: [String], refusals: [String], sending: [String]) -> Action {
        while let line = nextLine() {
            if refusals.contains(where: line.hasPrefix) { return .refused(line) }
            guard step < expected.count, line.hasPrefix(expected[step]) else {
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
    private func postgres() -> Action {
        switch buffer.first {
        case nil: .wait
        case 0x53: .begin
        default: .refused("the server does not offer TLS")
        }
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
        buffer = []
        return .send([32, 0, 0, 1, 0x00, 0x8A, 0x08, 0x00, 0, 0, 0, 1, 33] + [UInt8](repeating: 0, count: 23))
    }

    /// Whether TLS begins as soon as the last request is sent.
    var beginsWithoutAnswer: Bool { kind == .mysql && step == 1 }

    /// ExtendedRequest with the object identifier of StartTLS.
    private static let ldapRequest: [UInt8] =
        [0x30, 0x1D, 0x02, 0x01, 0x01, 0x77, 0x18, 0x80, 0x16] + Array("1.3.6.1.4.1.1466.20037".utf8)

    private func ldap() -> Action {
        guard buffer.count >= 2 else { return .wait }
        guard buffer[0] == 0x30, let element = try? ASN1Element(parsing: buffer), var fields = try? element.fields(),
            (try? fields.next(.integer)) != nil, let response = try? fields.next(ASN1Tag(.application, 24)),
            var result = try? response.fields(of: response.tag), let code = try? result.next(.enumerated)
        else {
            // It may not be complete yet.
            return buffer.count < 512 && buffer[0] == 0x30 && buffer.count < Int(buffer[1]) + 2
                ? .wait : .refused("the answer is not LDAP")
        }
        return Array(code.content) == [0] ? .begin : .refused("the server refused StartTLS")
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
        if text.contains("<proceed") { return text.contains(">") ? .begin : .wait }
        return text.contains("<failure") ? .refused("the server refused TLS") : .wait
    }
}
