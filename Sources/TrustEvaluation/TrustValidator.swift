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
        let session = TrustSession(query)
        let request = PathRequest(purpose: query.purpose, anchor: nil, level: 0)
        var search = PathSearch(session, from: session.leaf, for: request)
        var result = search.run()
        if let exhausted = session.exhausted, !result.isAcceptable {
            result.findings.append(
                TrustFinding(.error, .budgetExceeded, at: nil, "The search was given up: too many \(exhausted)."))
        }
        if result.anchor == nil, !result.findings.contains(where: { $0.severity == .error }) {
            result.findings.append(
                TrustFinding(.error, .issuerUnknown, at: result.chain.count - 1, "No path leads to a trust anchor."))
        }
        return TrustDecision(
            path: result.certificates, findings: result.findings.sorted(), anchor: result.anchor?.anchor,
            policies: result.policies, work: session.work)
    }
}
