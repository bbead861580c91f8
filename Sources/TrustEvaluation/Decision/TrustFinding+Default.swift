// SPDX-License-Identifier: Apache-2.0

extension TrustFinding {
    /// A reason with the remedy that its code has.
    init(_ severity: Severity = .error, _ code: TrustCode, at depth: Int?, _ evidence: String) {
        self.init(severity, code, depth: depth, evidence: evidence, remedy: code.remedy)
    }
}

extension [TrustFinding] {
    /// Those of two possible findings that there are; without any, nothing is allocated.
    static func those(_ first: TrustFinding?, _ second: TrustFinding?) -> [TrustFinding] {
        var findings: [TrustFinding] = []
        if let first { findings.append(first) }
        if let second { findings.append(second) }
        return findings
    }
}

extension TrustFinding: Comparable {
    /// The heavier first, then the more telling, then the nearer to the leaf.
    public static func < (left: TrustFinding, right: TrustFinding) -> Bool {
        if left.severity != right.severity { return left.severity > right.severity }
        if left.code != right.code { return left.code < right.code }
        return (left.depth ?? -1) < (right.depth ?? -1)
    }
}

extension TrustFinding: CustomStringConvertible {
    /// Code, depth and evidence in one line.
    public var description: String {
        let place = depth.map { " at depth \($0)" } ?? ""
        return "\(code.rawValue)\(place): \(evidence)"
    }
}
