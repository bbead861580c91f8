// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Memory of processes as the kernel counts it.
enum ProcessMemory {
    /// MiB by the names of `/proc/PID/status`: VmRSS, RssAnon, VmHWM; nothing when the process is gone.
    static func of(_ processID: Int32) -> [String: Double] {
        let text = (try? String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8)) ?? ""
        var values: [String: Double] = [:]
        for line in text.split(separator: "\n") where line.hasSuffix(" kB") {
            let parts = line.split(whereSeparator: { $0 == ":" || $0 == " " || $0 == "\t" })
            if parts.count >= 2, let kilobytes = Double(parts[1]) { values[String(parts[0])] = kilobytes / 1_024 }
        }
        return values
    }
}
