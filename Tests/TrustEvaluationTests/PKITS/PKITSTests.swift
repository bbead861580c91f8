// SPDX-License-Identifier: Apache-2.0

import SealwrightTesting
import Testing
import TrustEvaluation

@Suite("NIST PKITS, sections 4.1 to 4.16")
struct PKITSTests {
    @Test func `the table holds all 249 tests`() {
        #expect(PKITSCase.all.count == 249)
        #expect(Set(PKITSCase.all.map(\.number)).count == 249)
    }

    @Test func `the suite is installed where nothing may be skipped`() {
        #expect(PKITSFiles.installed != nil || !Repository.isContinuousIntegration, "run scripts/bootstrap")
    }

    @Test(.enabled(if: PKITSFiles.installed != nil, "scripts/bootstrap installs the suite"), arguments: PKITSCase.all)
    func `each test has the outcome the suite expects`(_ test: PKITSCase) throws {
        let files = try #require(PKITSFiles.installed)
        let decision = TrustValidator().evaluate(try test.query(files))
        let expected = test.isValid && !PKITSCase.refusedByPolicy.contains(test.number)
        #expect(decision.isTrusted == expected, "\(decision.findings.map(\.description))")
        if PKITSCase.refusedByPolicy.contains(test.number) {
            #expect(decision.findings.contains { $0.code == .algorithmUnsupported })
        }
    }
}
