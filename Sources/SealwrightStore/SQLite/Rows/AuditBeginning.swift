// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore

/// What the canonical octets of an event begin with: action, actor and moment, read where they lie.
///
/// A search with a rare filter goes through the whole trail, and to decode every event would cost it fifty times as
/// much; so would slices and closures, for which reason places are counted here.
struct AuditBeginning {
    private let octets: UnsafeRawBufferPointer
    private let action: Range<Int>
    private let actor: Range<Int>
    private let moment: Timestamp

    /// Reads the beginning; the octets must outlive the value.
    ///
    /// - Returns: `nil` when it is not plain, as with escaped characters; the event must be decoded then.
    init?(_ octets: UnsafeRawBufferPointer) {
        var place = 0
        guard let action = Self.text(after: #"{"action":""#, in: octets, at: &place),
            let actor = Self.text(after: #","actor":""#, in: octets, at: &place),
            Self.pass(#","at":"#, in: octets, at: &place), let seconds = Self.number(in: octets, at: place)
        else { return nil }
        self.octets = octets
        self.action = action
        self.actor = actor
        moment = Timestamp(seconds: seconds)
    }

    /// Whether the event can be one that is asked for; its object is not looked at.
    func canMatch(_ filter: AuditFilter) -> Bool {
        filter.matches(moment) && filter.action?.matches(UnsafeRawBufferPointer(rebasing: octets[action])) ?? true
            && filter.actor?.matches(UnsafeRawBufferPointer(rebasing: octets[actor])) ?? true
    }

    /// The text behind a mark, to its quotation mark; one with an escaped character is none.
    private static func text(
        after mark: StaticString, in octets: UnsafeRawBufferPointer, at place: inout Int
    ) -> Range<Int>? {
        guard pass(mark, in: octets, at: &place) else { return nil }
        let start = place
        while place < octets.count, octets[place] != UInt8(ascii: "\"") {
            if octets[place] == UInt8(ascii: "\\") { return nil }
            place += 1
        }
        guard place < octets.count else { return nil }
        place += 1
        return start..<(place - 1)
    }

    /// Goes behind a mark, if it stands there.
    private static func pass(_ mark: StaticString, in octets: UnsafeRawBufferPointer, at place: inout Int) -> Bool {
        let count = mark.utf8CodeUnitCount
        guard octets.count - place >= count else { return false }
        for index in 0..<count where octets[place + index] != mark.utf8Start[index] { return false }
        place += count
        return true
    }

    /// The number that begins at a place; one with a sign, before 1970, is left to the decoder.
    private static func number(in octets: UnsafeRawBufferPointer, at start: Int) -> Int64? {
        var (place, value): (Int, Int64) = (start, 0)
        // No number of 18 digits is too large.
        while place < octets.count, octets[place].isASCIIDigit, place - start < 18 {
            value = value * 10 + Int64(octets[place] - UInt8(ascii: "0"))
            place += 1
        }
        return place > start && place < octets.count && !octets[place].isASCIIDigit ? value : nil
    }
}
