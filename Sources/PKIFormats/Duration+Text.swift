// SPDX-License-Identifier: Apache-2.0

extension Duration {
    /// The seconds that `90d`, `12h`, `30m` or `45s` stand for; `nil` for anything else or beyond 200 years.
    package static func seconds(of text: String) -> Int64? {
        guard let unit = text.last, let number = Int64(text.dropLast()), (0...100_000_000).contains(number) else {
            return nil
        }
        let factor: Int64
        switch unit {
        case "s": factor = 1
        case "m": factor = 60
        case "h": factor = 3_600
        case "d": factor = 86_400
        default: return nil
        }
        let seconds = number * factor
        return seconds <= 200 * 366 * 86_400 ? seconds : nil
    }
}
