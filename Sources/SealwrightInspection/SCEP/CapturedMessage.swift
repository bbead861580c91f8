// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SCEP

/// What somebody captured of a SCEP exchange: a body, its Base64 or PEM, a URL, a query, a request line, or a whole
/// HTTP request or response.
enum CapturedMessage {
    /// A message, request or reply.
    case message([UInt8])
    /// A question that is not a message.
    case operation(Operation)

    /// Finds out what was captured.
    ///
    /// - Throws: ``InspectionError``.
    init(_ bytes: [UInt8]) throws(InspectionError) {
        guard bytes.contains(where: { $0 > 0x20 }) else { throw .empty }
        guard bytes.count <= Self.limit else { throw .tooLarge(limit: Self.limit) }
        if InputStructure(bytes) != nil {
            self = .message(bytes)
        } else if let exchange = HTTPCapture(bytes) {
            self = try Self.read(exchange)
        } else if let query = Self.query(in: bytes) {
            self = try Self.read(query: query)
        } else {
            self = .message(try Self.decoded(bytes))
        }
    }

    /// Octets of a capture: a message of 256 KiB in Base64, escaped twice, and room for a PEM file's remarks.
    private static let limit = 2 << 20

    private static func read(_ exchange: HTTPCapture) throws(InspectionError) -> CapturedMessage {
        let body = try exchange.body()
        guard body.isEmpty else { return .message(try decoded(body)) }
        guard let query = query(in: Array(exchange.target.utf8)) else {
            throw .notARequest("the HTTP request has neither a body nor an operation")
        }
        return try read(query: query)
    }

    private static func read(query: String) throws(InspectionError) -> CapturedMessage {
        do throws(SCEPError) {
            let operation = try Operation(rawQuery: query)
            guard case .pkiOperation = operation else { return .operation(operation) }
            return .message(try GETMessage.decode(rawQuery: query))
        } catch {
            throw .scep(error)
        }
    }

    /// The raw query of a URL or request target, or the text itself when it is a query.
    private static func query(in bytes: [UInt8]) -> String? {
        // Split as octets: as characters, a capture full of combining marks would take minutes.
        let words = bytes.split(maxSplits: 1) { $0 <= 0x20 }
        guard let word = words.first, words.dropFirst().allSatisfy({ rest in rest.allSatisfy { $0 <= 0x20 } }) else {
            return nil
        }
        if let mark = word.firstIndex(of: UInt8(ascii: "?")) {
            return String(decoding: word[(mark + 1)...], as: UTF8.self)
        }
        let isQuery = String(decoding: word.prefix(10), as: UTF8.self).lowercased() == "operation="
        return isQuery ? String(decoding: word, as: UTF8.self) : nil
    }

    /// The endpoint that a captured URL or request line names; `nil` when the capture names none.
    static func endpoint(in bytes: [UInt8]) -> String? {
        guard bytes.count <= limit, InputStructure(bytes) == nil else { return nil }
        let target = HTTPCapture(bytes).map { Array($0.target.utf8) } ?? bytes
        var path = target.prefix(longestPath).prefix { $0 > 0x20 && $0 != UInt8(ascii: "?") }
        // Of Base64 alone there is nothing behind its end.
        guard path.endIndex < target.endIndex else { return nil }
        if let scheme = path.firstRange(of: Array("://".utf8)) {
            path = path[scheme.upperBound...].drop { $0 != UInt8(ascii: "/") }
        }
        let parts = path.split(separator: UInt8(ascii: "/"), maxSplits: 3)
        guard let first = parts.first, first.elementsEqual("scep".utf8) else { return nil }
        return parts.dropFirst().first.map { String(decoding: $0, as: UTF8.self) }
    }

    /// Octets of a path that is looked at.
    private static let longestPath = 1024

    private static func decoded(_ bytes: [UInt8]) throws(InspectionError) -> [UInt8] {
        if InputStructure(bytes) != nil { return bytes }
        guard let block = try? PEM.sniff(bytes).first else { throw .notARequest("neither a message nor a URL") }
        return block.der
    }
}
