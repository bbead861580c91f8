// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What all chapters found, as a table for the terminal and as a page of the documentation.
struct Report {
    private(set) var chapters: [(title: String, findings: [Finding])] = []

    /// Adds a chapter and prints it at once, because the next one may take minutes.
    mutating func add(_ title: String, _ findings: [Finding]) {
        chapters.append((title, findings))
        print("\n\(title)")
        let width = findings.map(\.what.count).max() ?? 0
        for finding in findings {
            let mark = finding.isMet.map { $0 ? "✓" : "✗" } ?? " "
            let label = finding.what.padding(toLength: width, withPad: " ", startingAt: 0)
            print("  \(mark) \(label)  \(finding.result)\(finding.target.isEmpty ? "" : "   (\(finding.target))")")
        }
        fflush(nil)
    }

    /// The page, in Markdown.
    func markdown(machine: String) -> String {
        var lines = [
            "# Benchmarks", "",
            "Written by `make bench`. Rates are per second of processor time of the server process alone, user and "
                + "system; the load comes from another process over loopback. SQLite waits for the disk at every "
                + "commit (`synchronous=FULL`) and the audit trail is on.", "", "Machine: \(machine)", "",
        ]
        for chapter in chapters {
            lines += ["## \(chapter.title)", "", "| measured | result | target | met |", "|---|---|---|---|"]
            lines += chapter.findings.map { finding in
                let met = finding.isMet.map { $0 ? "yes" : "no" } ?? ""
                return "| \(finding.what) | \(finding.result) | \(finding.target) | \(met) |"
            }
            lines.append("")
        }
        return lines.joined(separator: "\n")
    }
}
