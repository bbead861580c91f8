// SPDX-License-Identifier: Apache-2.0

/// The forms in which a run is told.
///
/// Each is deterministic: the same run gives the same octets.
package enum CheckFormat: String, Sendable, CaseIterable {
    case text, json, csv, sarif, junit, prometheus

    /// The whole run in this form, ending in a new line.
    ///
    /// - Parameters:
    ///   - run: what was found out.
    ///   - width: columns of the text form; the others do not look at it.
    ///   - threshold: from which severity on a row of the JUnit form has failed.
    /// - Returns: the text in UTF-8.
    package func write(_ run: CheckRun, width: Int = 100, threshold: CheckSeverity = .error) -> String {
        switch self {
        case .text: TextReport(run: run, width: width).text
        case .json: JSONReport(run).text
        case .csv: CSVReport(run: run).text
        case .sarif: SARIFReport(run).text
        case .junit: JUnitReport(run: run, threshold: threshold).text
        case .prometheus: PrometheusReport(run: run).text
        }
    }
}
