// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import HummingbirdCore
import PKIFormats

/// What becomes of a request for something that the client, or a cache before it, may have already.
///
/// Source: RFC 9110, section 13.2.2.
enum Preconditions {
    enum Outcome: Equatable {
        case proceed
        case notModified
        case failed
    }

    /// Judges a request for something that has a strong tag, quotation marks included, and a moment it was made.
    ///
    /// What answers a POST is no representation of the address, so that nobody can have it already.
    static func judge(_ request: Request, tag: String, producedAt: Timestamp) -> Outcome {
        guard request.method == .get || request.method == .head else { return .proceed }
        let fields = request.headers
        if let wanted = fields[.ifMatch] {
            guard names(wanted, tag, weakly: false) else { return .failed }
        } else if let until = fields[.ifUnmodifiedSince].flatMap(HTTPDate.parse), producedAt > until {
            return .failed
        }
        if let known = fields[.ifNoneMatch] { return names(known, tag, weakly: true) ? .notModified : .proceed }
        guard let since = fields[.ifModifiedSince].flatMap(HTTPDate.parse) else { return .proceed }
        return producedAt <= since ? .notModified : .proceed
    }

    /// Whether a list of tags holds this one; weak tags count where nothing but the content matters.
    private static func names(_ list: String, _ tag: String, weakly: Bool) -> Bool {
        if list == "*" { return true }
        var rest = list[...]
        while true {
            rest = rest.drop { $0 == "," || $0 == " " || $0 == "\t" }
            let isWeak = rest.hasPrefix("W/")
            if isWeak { rest = rest.dropFirst(2) }
            guard rest.first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") else { return false }
            if rest[...end] == tag, weakly || !isWeak { return true }
            rest = rest[rest.index(after: end)...]
        }
    }
}
