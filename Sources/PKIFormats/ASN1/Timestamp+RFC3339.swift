// SPDX-License-Identifier: Apache-2.0

extension Timestamp {
    /// Reads RFC 3339 as people write it: with any offset from UTC, a space for the `T`, no seconds, or a day alone.
    ///
    /// Without an offset it is UTC, as everything that is written here. Fractions of a second are cut off.
    ///
    /// - Returns: `nil` for anything else.
    ///
    /// Source: RFC 3339, section 5.6.
    package init?(rfc3339 text: some StringProtocol) {
        let octets = Array(text.utf8)
        guard let day = Timestamp(iso8601: String(decoding: octets.prefix(10), as: UTF8.self)) else { return nil }
        guard let separator = octets.dropFirst(10).first else {
            self = day
            return
        }
        guard [0x54, 0x74, 0x20].contains(separator) else { return nil }
        var rest = octets.dropFirst(11)
        guard let hour = Self.twoDigits(&rest, under: 24), Self.take(0x3A, &rest),
            let minute = Self.twoDigits(&rest, under: 60)
        else { return nil }
        var second = 0
        if Self.take(0x3A, &rest) {
            guard let value = Self.twoDigits(&rest, under: 60) else { return nil }
            second = value
            if Self.take(0x2E, &rest) {
                let fraction = rest.prefix { (0x30...0x39).contains($0) }
                guard !fraction.isEmpty else { return nil }
                rest = rest.dropFirst(fraction.count)
            }
        }
        guard let offset = Self.offset(rest) else { return nil }
        self = day.adding(seconds: Int64(hour * 3600 + minute * 60 + second - offset))
    }

    /// Seconds east of UTC: nothing, `Z` or `±hh:mm`.
    private static func offset(_ text: ArraySlice<UInt8>) -> Int? {
        guard let sign = text.first else { return 0 }
        var rest = text.dropFirst()
        if sign == 0x5A || sign == 0x7A { return rest.isEmpty ? 0 : nil }
        guard sign == 0x2B || sign == 0x2D, let hours = twoDigits(&rest, under: 24), take(0x3A, &rest),
            let minutes = twoDigits(&rest, under: 60), rest.isEmpty
        else { return nil }
        let seconds = hours * 3600 + minutes * 60
        return sign == 0x2D ? -seconds : seconds
    }

    private static func twoDigits(_ rest: inout ArraySlice<UInt8>, under limit: Int) -> Int? {
        guard rest.count >= 2, let value = number(rest.prefix(2)), value < limit else { return nil }
        rest = rest.dropFirst(2)
        return value
    }

    private static func take(_ octet: UInt8, _ rest: inout ArraySlice<UInt8>) -> Bool {
        guard rest.first == octet else { return false }
        rest = rest.dropFirst()
        return true
    }
}
