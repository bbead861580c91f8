// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1

/// Remembers the octets that are being decoded, so that a method nobody knows can be told from what is no HTTP.
///
/// The decoder says the same of both and keeps the octets to itself. Sits right before it; what it tells of an octet
/// sequence is true while that is decoded.
final class RequestLineWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private var octets: ByteBuffer?

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        octets = unwrapInboundIn(data)
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        octets = nil
        context.fireChannelReadComplete()
    }

    /// Whether the octets being decoded begin with a request for a method that is none of those known.
    var namesUnknownMethod: Bool { octets.map { Self.namesUnknownMethod($0.readableBytesView) } ?? false }

    /// Whether octets begin with a line of three words, the first a method that is none of those known.
    ///
    /// Source: RFC 9112, section 3; RFC 9110, sections 5.6.2 and 9.1.
    static func namesUnknownMethod(_ octets: some Collection<UInt8>) -> Bool {
        let line = octets.prefix(longestLine).prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
        let words = line.split(separator: UInt8(ascii: " "), maxSplits: 3, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard words.count == 3, let method = words.first, let version = words.last, words.allSatisfy({ !$0.isEmpty }),
            method.utf8.count <= longestMethod, method.utf8.allSatisfy(isTokenOctet),
            version == "HTTP/1.1" || version == "HTTP/1.0"
        else { return false }
        if case .RAW = HTTPMethod(rawValue: method) { return true }
        return false
    }

    /// Longer ones are met nowhere.
    private static let longestMethod = 32
    private static let longestLine = 8 << 10

    private static func isTokenOctet(_ octet: UInt8) -> Bool {
        let scalar = Unicode.Scalar(octet)
        return scalar.isASCII
            && (scalar.properties.isAlphabetic || "!#$%&'*+-.^_`|~0123456789".unicodeScalars.contains(scalar))
    }
}
