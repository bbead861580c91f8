// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import NIOCore

extension Request {
    /// The query as it came, without `?`; nothing is decoded.
    var rawQuery: String {
        let path = head.path ?? ""
        guard let mark = path.utf8.firstIndex(of: UInt8(ascii: "?")) else { return "" }
        return String(path[path.utf8.index(after: mark)...])
    }

    /// The path as it came, without the query.
    var rawPath: Substring {
        let path = head.path ?? ""
        return path[..<(path.utf8.firstIndex(of: UInt8(ascii: "?")) ?? path.endIndex)]
    }

    /// The whole body, or `nil` when it is larger than the limit; reading stops there.
    ///
    /// - Throws: `HTTPError` 400 when the body's framing is broken, 415 when it is compressed.
    func octets(upTo limit: Int) async throws(HTTPError) -> [UInt8]? {
        if let coding = ContentCoding.refused(in: headers) { throw ContentCoding.refusal(coding) }
        if let announced = headers[.contentLength].flatMap({ Int($0) }), announced > limit { return nil }
        var octets: [UInt8] = []
        do {
            for try await chunk in body {
                guard octets.count + chunk.readableBytes <= limit else { return nil }
                octets.append(contentsOf: chunk.readableBytesView)
            }
        } catch {
            throw HTTPError(.badRequest, message: "The body cannot be read.")
        }
        return octets
    }
}
