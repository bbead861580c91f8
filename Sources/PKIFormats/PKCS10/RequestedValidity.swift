// SPDX-License-Identifier: Apache-2.0

/// The validity a Windows client asks for.
///
/// On the wire: two pairs, `ValidityPeriod` with the unit's name and `ValidityPeriodUnits` with the number as text.
///
/// Source: MS-WCCE, section 2.2.2.7.10.
public struct RequestedValidity: Hashable, Sendable {
    /// The unit of a validity.
    public enum Unit: String, CaseIterable, Sendable {
        /// Seconds.
        case seconds = "Seconds"
        /// Minutes.
        case minutes = "Minutes"
        /// Hours.
        case hours = "Hours"
        /// Days of 24 hours.
        case days = "Days"
        /// Weeks.
        case weeks = "Weeks"
        /// Months of the calendar.
        case months = "Months"
        /// Years of the calendar.
        case years = "Years"

        /// Reads the unit's name in any case.
        ///
        /// - Returns: `nil` for any other text.
        public init?(name: String) {
            guard let unit = Self.allCases.first(where: { $0.rawValue.lowercased() == name.lowercased() }) else {
                return nil
            }
            self = unit
        }
    }

    /// How many units; positive.
    public let amount: Int
    /// Which unit.
    public let unit: Unit

    /// Makes a validity.
    public init(amount: Int, unit: Unit) {
        self.amount = amount
        self.unit = unit
    }

    /// The end of a validity that begins at a moment; saturates at the year 9999.
    public func end(from start: Timestamp) -> Timestamp {
        let end: Timestamp
        switch unit {
        case .seconds: end = start.adding(seconds: Int64(amount))
        case .minutes: end = Self.adding(amount, of: 60, to: start)
        case .hours: end = Self.adding(amount, of: 3600, to: start)
        case .days: end = Self.adding(amount, of: 86_400, to: start)
        case .weeks: end = Self.adding(amount, of: 604_800, to: start)
        case .months: end = start.adding(months: amount)
        case .years:
            let (months, overflow) = amount.multipliedReportingOverflow(by: 12)
            end = overflow ? .noWellDefinedExpiration : start.adding(months: months)
        }
        return min(end, .noWellDefinedExpiration)
    }

    private static func adding(_ amount: Int, of seconds: Int64, to start: Timestamp) -> Timestamp {
        let (product, overflow) = Int64(amount).multipliedReportingOverflow(by: seconds)
        return overflow ? .noWellDefinedExpiration : start.adding(seconds: product)
    }
}

extension Timestamp {
    /// This moment a number of calendar months later, on the last day when the month is shorter.
    ///
    /// Saturates at the ends of the years 0 and 9999.
    public func adding(months: Int) -> Timestamp {
        let f = fields
        let total = f.year * 12 + f.month - 1 + min(max(months, -120_000), 120_000)
        guard total >= 0 else { return .earliest }
        guard total < 120_000 else { return .noWellDefinedExpiration }
        for day in stride(from: f.day, through: max(f.day - 3, 1), by: -1) {
            if let moved = Timestamp(
                year: total / 12, month: total % 12 + 1, day: day, hour: f.hour, minute: f.minute, second: f.second)
            {
                return moved
            }
        }
        return .noWellDefinedExpiration
    }
}
