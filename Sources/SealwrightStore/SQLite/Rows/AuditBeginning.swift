// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore

/// What the canonical octets of an event begin with: action, actor and moment, read where they lie.
///
/// A search with a rare filter goes through the whole trail, and to decode every event would cost it ten times as much.
struct AuditBeginning {
    private let action: Slice<UnsafeRawBufferPointer>
    private let actor: Slice<UnsafeRawBufferPointer>
    private let moment: Timestamp

    /// Reads the beginning.
    ///
    /// - Returns: `nil` when it is not plain, as with escaped characters; the event must be decoded then.
    init?(_ octets: UnsafeRawBufferPointer) {
        var rest = octets[...]
        guard let action = Self.text(after: #"{"action":""#, in: &rest),
            let actor = Self.text(after: #","actor":""#, in: &rest), Self.drop(#","at":"#, from: &rest)
        else { return nil }
        let digits = rest.prefix { $0.isASCIIDigit }
        // A moment before 1970 has a sign; no number of 18 digits is too large.
        guard 1...18 ~= digits.count else { return nil }
        self.action = action
        self.actor = actor
        moment = Timestamp(seconds: digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) })
    }

    /// Whether the event can be one that is asked for; its object is not looked at.
    func canMatch(_ filter: AuditFilter) -> Bool {
        filter.matches(moment) && filter.matchesAction(action) && filter.matchesActor(actor)
    }

    private static func text(
        after mark: StaticString, in rest: inout Slice<UnsafeRawBufferPointer>
    ) -> Slice<UnsafeRawBufferPointer>? {
        guard drop(mark, from: &rest) else { return nil }
        let text = rest.prefix { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        rest = rest.dropFirst(text.count)
        guard rest.popFirst() == UInt8(ascii: "\"") else { return nil }
        return text
    }

    private static func drop(_ mark: StaticString, from rest: inout Slice<UnsafeRawBufferPointer>) -> Bool {
        let isThere = mark.withUTF8Buffer { rest.starts(with: $0) }
        if isThere { rest = rest.dropFirst(mark.utf8CodeUnitCount) }
        return isThere
    }
}
