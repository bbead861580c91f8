// SPDX-License-Identifier: Apache-2.0

import Testing
import TrustEvaluation

@Suite("Trust decisions")
struct TrustDecisionTests {
    @Test(arguments: TrustFinding.Severity.allCases)
    func `only an error refuses`(_ severity: TrustFinding.Severity) {
        let finding = TrustFinding(severity, .expired, depth: 0, evidence: "It ended.", remedy: "Renew it.")
        #expect(TrustDecision(path: [], findings: [finding]).isTrusted == (severity != .error))
    }
}
