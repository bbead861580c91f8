// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import Testing

@Suite("Padding at the ends of what peers write")
struct TrimmingTests {
    @Test(arguments: [("", ""), ("  ", ""), ("a", "a"), (" a b ", "a b"), ("a ", "a"), (" a", "a")])
    func `only what stands at either end goes`(_ text: String, _ kept: String) {
        #expect(text.trimming { $0 == " " } == kept[...])
        #expect(Array(text.utf8).trimming { $0 == 0x20 } == Array(kept.utf8)[...])
    }

    @Test func `of a range the places stay`() {
        #expect((3..<9).trimming { $0 < 5 || $0 > 6 } == 5..<7)
        #expect((3..<9).trimming { _ in true }.isEmpty)
    }
}
