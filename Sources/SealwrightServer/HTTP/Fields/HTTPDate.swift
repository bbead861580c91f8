// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Synchronization

/// IMF-fixdate, the date form of HTTP.
///
/// Source: RFC 9110, section 5.6.7.
enum HTTPDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]

    /// The present second, written once a second at most.
    private static let present = Mutex((second: Int64.min, text: ""))

    /// The present second, for the `Date` field of every answer.
    static var now: String {
        let now = SystemClock().now
        return present.withLock { present in
            if present.second != now.seconds { present = (now.seconds, text(now)) }
            return present.text
        }
    }

    static func text(_ moment: Timestamp) -> String {
        let fields = moment.fields
        let weekday = Int(((moment.seconds / 86_400) % 7 + 7) % 7)
        var text = days[weekday]
        text.reserveCapacity(32)
        text += ", "
        text.append(twoDigits: fields.day)
        text += " "
        text += fields.monthName
        text += " \(fields.year) "
        text.append(twoDigits: fields.hour)
        text += ":"
        text.append(twoDigits: fields.minute)
        text += ":"
        text.append(twoDigits: fields.second)
        text += " GMT"
        return text
    }

    /// Reads a date in the present form or one of the two that clients of the nineties wrote.
    ///
    /// - Returns: `nil` for what is none, which counts as if it had not been sent.
    static func parse(_ text: String) -> Timestamp? {
        let parts = text.split(separator: " ")
        switch parts.count {
        // Sun, 06 Nov 1994 08:49:37 GMT
        case 6: return moment(year: Int(parts[3]), month: parts[2], day: parts[1], time: parts[4])
        // Sun Nov  6 08:49:37 1994
        case 5: return moment(year: Int(parts[4]), month: parts[1], day: parts[2], time: parts[3])
        // Sunday, 06-Nov-94 08:49:37 GMT
        case 4:
            let date = parts[1].split(separator: "-")
            guard date.count == 3 else { return nil }
            return moment(year: Int(date[2]).flatMap(fullYear), month: date[1], day: date[0], time: parts[2])
        default: return nil
        }
    }

    private static func moment(year: Int?, month: Substring, day: Substring, time: Substring) -> Timestamp? {
        let clock = time.split(separator: ":").compactMap { Int($0) }
        guard let year, let month = Timestamp.DateFields.monthNames.firstIndex(of: String(month)), let day = Int(day),
            clock.count == 3
        else { return nil }
        return Timestamp(
            year: year, month: month + 1, day: day, hour: clock[0], minute: clock[1], second: clock[2])
    }

    /// The year that two digits mean: not more than 50 years ahead.
    private static func fullYear(_ digits: Int) -> Int? {
        guard (0...99).contains(digits) else { return nil }
        let present = SystemClock().now.fields.year
        let year = present - present % 100 + digits
        return year > present + 50 ? year - 100 : year
    }
}

extension String {
    fileprivate mutating func append(twoDigits number: Int) {
        if number < 10 { self += "0" }
        self += String(number)
    }
}
