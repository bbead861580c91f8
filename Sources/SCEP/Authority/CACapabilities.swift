// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider

/// What an authority can do: the answer to GetCACaps.
///
/// Text, one keyword a line. Written with LF, a newline after the last line and no blank line: iOS 10 and
/// strongSwan are particular about all three.
///
/// Source: RFC 8894, section 3.5.2.
public struct CACapabilities: Hashable, Sendable, Codable {
    /// The keywords in the order they are written or were received.
    public let list: [Capability]

    /// Makes a list.
    public init(_ list: [Capability]) { self.list = list }

    /// Reads an answer of any server.
    ///
    /// Never fails: an error page, a 404's text or rubbish is an authority without capabilities, which is what
    /// servers older than GetCACaps answer. LF, CRLF, CR, spaces around a keyword and blank lines are accepted.
    public init(parsing body: some Collection<UInt8>) {
        let text = Array(body.prefix(Self.maximumOctets))
        let isMarkup = text.first { $0 > 0x20 } == UInt8(ascii: "<")
        let lines = isMarkup ? [] : text.split(maxSplits: Self.maximumLines) { $0 == 0x0A || $0 == 0x0D }
        self.list = lines.prefix(Self.maximumLines).compactMap(Self.keyword)
    }

    /// The text of the answer.
    public func serialize() -> String { list.map { $0.rawValue + "\n" }.joined() }

    /// Whether the authority has a capability, said outright or implied by SCEPStandard.
    public func contains(_ capability: Capability) -> Bool {
        if list.contains(where: { $0.matches(capability) }) { return true }
        let implied: [Capability] = [.aes, .postPKIOperation, .sha256]
        return implied.contains(where: capability.matches) && list.contains { $0.matches(.scepStandard) }
    }

    /// Real answers have under 15 lines.
    private static let maximumLines = 100
    private static let maximumOctets = 16 * 1024

    /// A line as a keyword; `nil` when it holds anything that no keyword does.
    private static func keyword(_ line: ArraySlice<UInt8>) -> Capability? {
        let text = line.filter { $0 != 0x20 && $0 != 0x09 && $0 != 0 }
        guard (1...64).contains(text.count), text.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        return Capability(rawValue: String(decoding: text, as: UTF8.self))
    }
}

// MARK: - The client's choice

extension CACapabilities {
    /// The digest to sign a request with: the least exotic strong one the authority names.
    ///
    /// An authority that names none is taken to know SHA-1 alone.
    ///
    /// - Throws: ``SCEPError/noCommonAlgorithm(_:)`` when only SHA-1 is left and legacy is not allowed.
    public func digest(allowingLegacy: Bool = false) throws(SCEPError) -> DigestAlgorithm {
        let preferred: [(Capability, DigestAlgorithm)] = [
            (.sha256, .sha256), (.sha512, .sha512), (.sha384, .sha384), (.sha224, .sha224),
        ]
        if let choice = preferred.first(where: { contains($0.0) }) { return choice.1 }
        guard allowingLegacy else { throw .noCommonAlgorithm("digest") }
        return .sha1
    }

    /// The content encryption of a request.
    ///
    /// An authority that does not name AES is taken to know triple DES.
    ///
    /// - Throws: ``SCEPError/noCommonAlgorithm(_:)`` when only triple DES is left and legacy is not allowed.
    public func cipher(allowingLegacy: Bool = false) throws(SCEPError) -> ContentCipher {
        if contains(.aes) { return .aes128CBC }
        guard allowingLegacy else { throw .noCommonAlgorithm("cipher") }
        return .tripleDESCBC
    }

    /// Whether messages are sent by POST; by GET otherwise.
    public var usesPost: Bool { contains(.postPKIOperation) }

    /// The type of a message that renews: a PKCSReq signed by the old certificate where RenewalReq is not offered.
    ///
    /// Source: RFC 8894, sections 2.5 and 3.5.2.
    public var renewalMessageType: MessageType { contains(.renewal) ? .renewalReq : .pkcsReq }
}
