// SPDX-License-Identifier: Apache-2.0

import Foundation

/// One line of the result: what was measured, how it came out, what was wanted.
struct Finding: Sendable {
    let what: String
    let result: String
    /// Empty when nothing was promised.
    let target: String
    /// Whether the target was reached; `nil` without one.
    let isMet: Bool?

    /// A measurement that must be at least so much.
    static func rate(_ what: String, _ value: Double, per unit: String, atLeast wanted: Double? = nil) -> Finding {
        Finding(
            what: what, result: "\(value.grouped) \(unit)", target: wanted.map { "≥ \($0.grouped)" } ?? "",
            isMet: wanted.map { value >= $0 })
    }

    /// A measurement that may be at most so much.
    static func amount(
        _ what: String, _ value: Double, _ unit: String, digits: Int = 1, atMost wanted: Double? = nil
    ) -> Finding {
        Finding(
            what: what, result: "\(value.fixed(digits)) \(unit)", target: wanted.map { "≤ \($0.fixed(digits))" } ?? "",
            isMet: wanted.map { value <= $0 })
    }

    /// A remark beside the numbers.
    static func note(_ what: String, _ text: String) -> Finding {
        Finding(what: what, result: text, target: "", isMet: nil)
    }
}

extension Double {
    /// With so many digits behind the point.
    func fixed(_ digits: Int) -> String { String(format: "%.\(digits)f", self) }

    /// Whole, with commas between thousands.
    var grouped: String {
        var text = ""
        for (index, digit) in String(Int(rounded())).reversed().enumerated() {
            if index > 0, index.isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }
}
