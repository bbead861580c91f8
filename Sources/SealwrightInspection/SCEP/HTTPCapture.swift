// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// The outer parts of a captured HTTP/1 request or response.
struct HTTPCapture {
    /// The target of the request line; empty for a response.
    let target: String
    /// What stands behind the empty line, as it was sent.
    private let rawBody: ArraySlice<UInt8>
    /// The transfer codings, in small letters and the order they were applied.
    private let codings: [String]
    /// The Content-Length, if there is one that is not 0.
    private let length: Int?

    /// Splits a capture.
    ///
    /// - Returns: `nil` when the first line is neither a request line nor a status line.
    init?(_ bytes: [UInt8]) {
        let firstLine = bytes.prefix(Self.longestLine).prefix { $0 != 0x0A }
        let words = firstLine.split(separator: 0x20, maxSplits: 2)
        guard let first = words.first else { return nil }
        if first.elementsEqual("GET".utf8) || first.elementsEqual("POST".utf8), words.count >= 2 {
            target = String(decoding: words[1], as: UTF8.self)
        } else if first.starts(with: "HTTP/1.".utf8) {
            target = ""
        } else {
            return nil
        }
        let parts = Self.parts(of: bytes)
        // Behind a GET stands its answer, if anything.
        rawBody = first.elementsEqual("GET".utf8) ? [] : parts.body
        let fields = Self.fields(of: parts.head)
        codings = fields.filter { $0.name == "transfer-encoding" }.flatMap { field in
            field.value.split(separator: ",").map { $0.filter { $0 > " " } }.filter { !$0.isEmpty && $0 != "identity" }
        }
        let stated = fields.first { $0.name == "content-length" }.flatMap { field in
            Int(field.value.filter { $0 > " " })
        }
        length = stated.flatMap { $0 > 0 ? $0 : nil }
    }

    /// The message's octets, its transfer coding undone.
    ///
    /// Programs that save an exchange often undo it and leave the header field; such a body is taken as it is. What
    /// stands behind Content-Length in the capture, the answer for one, is not the message's.
    ///
    /// - Returns: the body, empty when there is none.
    /// - Throws: ``InspectionError`` when a chunk cannot be read or another coding was used.
    func body() throws(InspectionError) -> [UInt8] {
        if isMessage { return Array(codings.isEmpty ? rawBody.prefix(length ?? rawBody.count) : rawBody) }
        guard !codings.isEmpty, !rawBody.isEmpty else { return Array(rawBody) }
        guard codings == ["chunked"] else {
            throw .unsupported("the transfer coding \(Printable.text(codings.joined(separator: ", "), limit: 64))")
        }
        return try ChunkedBody(rawBody).octets()
    }

    /// Whether the body begins with a long SEQUENCE, as no line of a chunk's size can.
    private var isMessage: Bool { rawBody.first == 0x30 && rawBody.dropFirst().first ?? 0 >= 0x80 }

    /// What stands before and behind the empty line, with either line end.
    private static func parts(of bytes: [UInt8]) -> (head: ArraySlice<UInt8>, body: ArraySlice<UInt8>) {
        let ranges = ([[0x0D, 0x0A, 0x0D, 0x0A], [0x0A, 0x0A]] as [[UInt8]]).compactMap { bytes.firstRange(of: $0) }
        guard let range = ranges.min(by: { $0.lowerBound < $1.lowerBound }) else { return (bytes[...], []) }
        return (bytes[..<range.lowerBound], bytes[range.upperBound...])
    }

    /// The header fields, in small letters.
    ///
    /// Source: RFC 9112, sections 5 and 6.
    private static func fields(of head: ArraySlice<UInt8>) -> [(name: String, value: String)] {
        head.split(separator: 0x0A).dropFirst().prefix(mostFields).compactMap { line in
            let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first, name.count <= longestName, let value = parts.dropFirst().first else {
                return nil
            }
            return (
                String(decoding: name, as: UTF8.self).lowercased(),
                String(decoding: value.prefix(longestValue), as: UTF8.self).lowercased()
            )
        }
    }

    /// A request line that carries a message of 256 KiB, escaped.
    private static let longestLine = 1 << 20
    /// Header fields that are looked at.
    private static let mostFields = 1_000
    /// Octets of a header field's name that may matter here.
    private static let longestName = 32
    /// Octets of a header field's value that are looked at.
    private static let longestValue = 256
}

/// A body as `Transfer-Encoding: chunked` sends it.
///
/// Source: RFC 9112, section 7.1.
private struct ChunkedBody {
    private var rest: ArraySlice<UInt8>

    init(_ body: ArraySlice<UInt8>) { rest = body }

    /// The chunks' octets, joined.
    ///
    /// What follows the last chunk, trailer fields or the next message, is not looked at.
    ///
    /// - Throws: ``InspectionError/notARequest(_:)`` at the first chunk that is none, or cut off.
    func octets() throws(InspectionError) -> [UInt8] {
        var body = self
        var octets: [UInt8] = []
        var number = 1
        while true {
            let size = try body.size(of: number)
            if size == 0 { return octets }
            guard body.rest.count >= size else { throw Self.fault("chunk \(number) of \(size) octets is cut off") }
            octets += body.rest.prefix(size)
            body.rest = body.rest.dropFirst(size)
            try body.skipLineEnd(after: number)
            number += 1
        }
    }

    /// The number in a chunk's first line; extensions behind a semicolon mean nothing here.
    private mutating func size(of number: Int) throws(InspectionError) -> Int {
        let line = rest.prefix(Self.longestSizeLine).prefix { $0 != 0x0A }
        guard line.endIndex < rest.endIndex, rest[line.endIndex] == 0x0A else {
            throw Self.fault(rest.isEmpty ? "the last chunk is missing" : "chunk \(number) has no line with its size")
        }
        rest = rest[line.endIndex...].dropFirst()
        let digits = line.prefix { $0 != UInt8(ascii: ";") && $0 > 0x20 }
        let remark = line[digits.endIndex...].drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
        guard digits.allSatisfy(\.isASCIIHexDigit), remark.first ?? UInt8(ascii: ";") == UInt8(ascii: ";"),
            let size = Int(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw Self.fault("chunk \(number) has no number of octets") }
        return size
    }

    private mutating func skipLineEnd(after number: Int) throws(InspectionError) {
        if rest.first == 0x0D { rest = rest.dropFirst() }
        guard rest.first == 0x0A else {
            throw Self.fault(
                rest.isEmpty ? "the last chunk is missing" : "chunk \(number) is longer or shorter than it says")
        }
        rest = rest.dropFirst()
    }

    private static func fault(_ what: String) -> InspectionError {
        .notARequest("its body is sent in chunks, and \(what)")
    }

    /// Octets of a line with a size and extensions.
    private static let longestSizeLine = 4_096
}
