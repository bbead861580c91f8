// SPDX-License-Identifier: Apache-2.0

/// What was seen of a certificate for one row of a profile.
struct Observation {
    /// One rule that is broken.
    struct Fault {
        let rule: CheckRule
        let evidence: String
    }

    /// What is told when nothing is broken.
    var evidence: String
    var faults: [Fault] = []

    init(_ evidence: String) { self.evidence = evidence }

    mutating func breaks(_ rule: CheckRule, _ evidence: String) {
        faults.append(Fault(rule: rule, evidence: evidence))
    }
}
