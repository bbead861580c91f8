// SPDX-License-Identifier: Apache-2.0

/// Counts events under a metric's name, for parts that know no metrics library.
package protocol EventCounter: Sendable {
    /// Adds one to the series of these labels. Labels are never names of devices or people.
    func count(_ name: String, _ labels: [(String, String)])
}
