// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import Testing

@Suite("RFC 5280 section 5.3.1: CRLReason")
struct CRLReasonTests {
    @Test(arguments: CRLReason.allCases)
    func `a name is read back in any case`(reason: CRLReason) {
        #expect(CRLReason(name: reason.name) == reason)
        #expect(CRLReason(name: reason.name.uppercased()) == reason)
        #expect(CRLReason(name: reason.name.lowercased()) == reason)
    }

    @Test func `the spelling with a small c is the same reason`() {
        #expect(CRLReason(name: "caCompromise") == .cACompromise)
        #expect(CRLReason.cACompromise.name == "cACompromise")
    }

    @Test(arguments: ["", "key-compromise", "7", "keyCompromise "])
    func `another word is no reason`(name: String) {
        #expect(CRLReason(name: name) == nil)
    }

    @Test func `the number 7 is not used`() {
        #expect(CRLReason(rawValue: 7) == nil)
        #expect(CRLReason.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6, 8, 9, 10])
    }
}
