// SPDX-License-Identifier: Apache-2.0

/// A moment in whole seconds of UTC, as certificates, CRLs and messages carry it.
///
/// Time is always a parameter in this library: nothing here reads a clock.
///
/// Source: RFC 5280, section 4.1.2.5.
public struct Timestamp: Hashable, Comparable, Sendable, Codable {
    /// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    public let seconds: Int64

    /// Makes a moment from seconds since 1970.
    public init(seconds: Int64) { self.seconds = seconds }

    /// Makes a moment from a proleptic Gregorian date.
    ///
    /// - Returns: `nil` when a field is out of range. A second of 60 is refused: X.509 has none.
    public init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        guard (0...9999).contains(year), (1...12).contains(month), (0...23).contains(hour),
            (0...59).contains(minute), (0...59).contains(second),
            day >= 1, day <= Self.days(inMonth: month, of: year)
        else { return nil }
        let days = Self.daysSinceEpoch(year: year, month: month, day: day)
        self.seconds = Int64(days) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    }

    /// `99991231235959Z`, which says that a certificate has no well-defined end.
    ///
    /// Source: RFC 5280, section 4.1.2.5.
    public static let noWellDefinedExpiration = Timestamp(seconds: 253_402_300_799)

    /// `00000101000000Z`, the earliest moment GeneralizedTime can say.
    static let earliest = Timestamp(seconds: -62_167_219_200)

    /// Orders by time.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.seconds < right.seconds }

    /// This moment moved by a number of seconds; saturates instead of overflowing.
    public func adding(seconds delta: Int64) -> Timestamp {
        let (sum, overflow) = seconds.addingReportingOverflow(delta)
        return Timestamp(seconds: overflow ? (delta > 0 ? .max : .min) : sum)
    }

    /// Seconds from `other` to this moment; saturates instead of overflowing.
    public func seconds(since other: Timestamp) -> Int64 {
        let (difference, overflow) = seconds.subtractingReportingOverflow(other.seconds)
        return overflow ? (seconds > other.seconds ? .max : .min) : difference
    }
}

// MARK: - Calendar

extension Timestamp {
    /// The fields of the date in UTC.
    public struct DateFields: Hashable, Sendable {
        /// Year, month 1–12 and day 1–31.
        public let year, month, day: Int
        /// Hour 0–23, minute and second 0–59.
        public let hour, minute, second: Int

        /// The month's English name in three letters, as dates of HTTP and of people have it.
        package var monthName: String { Self.monthNames[(month + 11) % 12] }
        /// The names of all months, January first.
        package static let monthNames = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
    }

    /// The calendar fields in UTC.
    ///
    /// Moments outside the years 0–9999 are clamped to their ends.
    ///
    /// The day count is turned into a date by the usual 400-year-era arithmetic with March as first month.
    public var fields: DateFields {
        let clamped = min(max(seconds, Self.earliest.seconds), Self.noWellDefinedExpiration.seconds)
        let (days, secondOfDay) = Self.floorDivide(clamped, 86_400)
        let (eras, remainder) = Self.floorDivide(days + 719_468, 146_097)
        let (era, dayOfEra) = (Int(eras), Int(remainder))
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let second = Int(secondOfDay)
        return DateFields(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * monthFromMarch + 2) / 5 + 1,
            hour: second / 3600, minute: second / 60 % 60, second: second % 60)
    }

    /// RFC 3339 in UTC: `2026-11-21T10:15:00Z`.
    public var iso8601: String {
        let fields = fields
        var text: [UInt8] = []
        text.reserveCapacity(20)
        Self.append(fields.year, digits: 4, "-", to: &text)
        Self.append(fields.month, digits: 2, "-", to: &text)
        Self.append(fields.day, digits: 2, "T", to: &text)
        Self.append(fields.hour, digits: 2, ":", to: &text)
        Self.append(fields.minute, digits: 2, ":", to: &text)
        Self.append(fields.second, digits: 2, "Z", to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads RFC 3339 with `Z`, `2026-11-21T10:15:00Z`, or a bare date, `2026-11-21`.
    ///
    /// - Returns: `nil` for anything else.
    public init?(iso8601 text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10 || (bytes.count == 20 && bytes[19] == 0x5A && bytes[10] == 0x54) else { return nil }
        guard let year = Self.number(bytes[0..<4]), let month = Self.number(bytes[5..<7]),
            let day = Self.number(bytes[8..<10]), bytes[4] == 0x2D, bytes[7] == 0x2D
        else { return nil }
        if bytes.count == 10 {
            self.init(year: year, month: month, day: day)
            return
        }
        guard let hour = Self.number(bytes[11..<13]), let minute = Self.number(bytes[14..<16]),
            let second = Self.number(bytes[17..<19]), bytes[13] == 0x3A, bytes[16] == 0x3A
        else { return nil }
        self.init(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    }

    private static func floorDivide(_ value: Int64, _ by: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: by)
        return remainder < 0 ? (quotient - 1, remainder + by) : (quotient, remainder)
    }

    private static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int {
        let marchYear = month <= 2 ? year - 1 : year
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Appends a field's last digits and what stands behind them.
    private static func append(_ value: Int, digits count: Int, _ end: Unicode.Scalar, to text: inout [UInt8]) {
        var weight = (1..<count).reduce(1) { weight, _ in weight * 10 }
        while weight > 0 {
            text.append(0x30 + UInt8(value / weight % 10))
            weight /= 10
        }
        text.append(UInt8(ascii: end))
    }

    static func number(_ bytes: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for byte in bytes {
            guard byte.isASCIIDigit, value < 100_000 else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        return bytes.isEmpty ? nil : value
    }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC.
    public var description: String { iso8601 }
}
