// SPDX-License-Identifier: Apache-2.0

import Foundation

/// An answer of the server under test.
struct HTTPReply: Sendable {
    let status: Int
    let body: [UInt8]
    /// Whether the server ends the connection after this answer, as it does once in a thousand.
    let isLast: Bool
}

/// Cuts the octets of a connection into answers.
///
/// It understands what our server sends and nothing more: a status line, a Content-Length, a body.
struct HTTPReplyReader {
    private var buffer: [UInt8] = []
    /// The octets in which the end of the head was looked for in vain.
    private var searched = 0
    private var head: (text: String, end: Int, total: Int)?

    mutating func append(_ octets: some Sequence<UInt8>) { buffer.append(contentsOf: octets) }

    /// Takes out the next answer; `nil` when it is not complete yet.
    mutating func next() throws(BenchmarkError) -> HTTPReply? {
        if head == nil, let end = end(ofHeadFrom: searched) {
            let text = String(decoding: buffer.prefix(end), as: UTF8.self).lowercased()
            guard let length = Self.contentLength(text) else {
                throw BenchmarkError("an answer without length: \(text.prefix(80))")
            }
            head = (text, end, end + length)
        }
        searched = max(buffer.count - 3, 0)
        guard let head, buffer.count >= head.total else { return nil }
        guard let status = Int(head.text.dropFirst(9).prefix(3)) else {
            throw BenchmarkError("an answer without status: \(head.text.prefix(80))")
        }
        let body = Array(buffer[head.end..<head.total])
        buffer.removeFirst(head.total)
        (self.head, searched) = (nil, 0)
        return HTTPReply(status: status, body: body, isLast: head.text.contains("\r\nconnection: close\r\n"))
    }

    private static func contentLength(_ head: String) -> Int? {
        guard let name = head.range(of: "\r\ncontent-length:") else { return nil }
        return Int(head[name.upperBound...].prefix { $0 != "\r\n" }.trimmingCharacters(in: .whitespaces))
    }

    /// The index behind the empty line.
    private func end(ofHeadFrom start: Int) -> Int? {
        guard buffer.count >= 4, start < buffer.count - 3 else { return nil }
        for index in start..<(buffer.count - 3)
        where buffer[index] == 13 && buffer[index + 1] == 10 && buffer[index + 2] == 13 && buffer[index + 3] == 10 {
            return index + 4
        }
        return nil
    }
}
