// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Synchronization

/// IMF-fixdate, the date form of HTTP.
///
/// Source: RFC 9110, section 5.6.7.
enum HTTPDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

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
        text += months[fields.month - 1]
        text += " \(fields.year) "
        text.append(twoDigits: fields.hour)
        text += ":"
        text.append(twoDigits: fields.minute)
        text += ":"
        text.append(twoDigits: fields.second)
        text += " GMT"
        return text
    }

    static func parse(_ text: String) -> Timestamp? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, let day = Int(parts[1]), let year = Int(parts[3]),
            let month = months.firstIndex(of: String(parts[2]))
        else { return nil }
        let clock = parts[4].split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3 else { return nil }
        return Timestamp(
            year: year, month: month + 1, day: day, hour: clock[0], minute: clock[1], second: clock[2])
    }
}

extension String {
    fileprivate mutating func append(twoDigits number: Int) {
        if number < 10 { self += "0" }
        self += String(number)
    }
}
