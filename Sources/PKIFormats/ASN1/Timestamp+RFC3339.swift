// SPDX-License-Identifier: Apache-2.0

extension Timestamp {
    /// Reads any date-time of RFC 3339: `2026-11-21T10:15:00Z`, `2026-11-21T11:15:00.25+01:00`.
    ///
    /// Programs write the form their library has. A fraction is dropped, an offset is undone; a leap second counts as
    /// the one before it.
    ///
    /// - Returns: `nil` for anything else.
    ///
    /// Source: RFC 3339, section 5.6.
    package init?(rfc3339 text: some StringProtocol) {
        var octets = Array(text.utf8)[...]
        let moment = octets.prefix(19)
        octets = octets.dropFirst(19)
        if octets.first == UInt8(ascii: ".") {
            octets = octets.dropFirst()
            let rest = octets.drop { $0.isASCIIDigit }
            guard rest.count < octets.count else { return nil }
            octets = rest
        }
        guard let offset = Self.offset(octets) else { return nil }
        var plain = Array(moment)
        guard plain.count == 19, [UInt8(ascii: "T"), UInt8(ascii: "t")].contains(plain[10]) else { return nil }
        plain[10] = UInt8(ascii: "T")
        if plain[17...] == [UInt8(ascii: "6"), UInt8(ascii: "0")] { plain.replaceSubrange(17..., with: "59".utf8) }
        guard let local = Timestamp(iso8601: String(decoding: plain + "Z".utf8, as: UTF8.self)) else { return nil }
        let found = local.adding(seconds: -offset)
        guard found >= Self.earliest, found <= Self.noWellDefinedExpiration else { return nil }
        self = found
    }

    /// Reads a moment as people type it: RFC 3339, also with a space for the `T`, without seconds, or a day alone.
    ///
    /// Without an offset it is UTC, as everything that is written here.
    ///
    /// - Returns: `nil` for anything else.
    package init?(typed text: some StringProtocol) {
        var octets = Array(text.utf8)
        if octets.count == 10 { octets += "T00:00:00Z".utf8 }
        guard octets.count >= 16 else { return nil }
        if octets[10] == UInt8(ascii: " ") { octets[10] = UInt8(ascii: "T") }
        if octets.count == 16 || octets[16] != UInt8(ascii: ":") { octets.insert(contentsOf: ":00".utf8, at: 16) }
        let time = octets[16...]
        if !time.contains(where: { [0x2B, 0x2D, 0x5A, 0x7A].contains($0) }) { octets.append(UInt8(ascii: "Z")) }
        self.init(rfc3339: String(decoding: octets, as: UTF8.self))
    }

    /// The seconds of `Z`, `+01:00` or `-23:30`.
    private static func offset(_ octets: ArraySlice<UInt8>) -> Int64? {
        let text = Array(octets)
        if text == [UInt8(ascii: "Z")] || text == [UInt8(ascii: "z")] { return 0 }
        guard text.count == 6, text[3] == UInt8(ascii: ":"), let hours = number(text[1...2]),
            let minutes = number(text[4...5]), hours < 24, minutes < 60
        else { return nil }
        let seconds = Int64(hours * 3_600 + minutes * 60)
        switch text[0] {
        case UInt8(ascii: "+"): return seconds
        case UInt8(ascii: "-"): return -seconds
        default: return nil
        }
    }
}
