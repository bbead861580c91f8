// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightServer
import Testing

@Suite("What a started server says about itself")
struct ServerSummaryTests {
    @Test func `names are whole, whatever characters they have, and remarks stand in a column`() throws {
        let document = """
            {"version": "0", "dataFolder": "/", "isNew": true, "scepURL": "", "apiURL": "", "crlURL": "", "ocspURL": "",
             "rootFingerprint": "", "rootFile": "", "entries": [
              {"name": "Root CA", "value": "👩‍👩‍👧‍👦👩‍👩‍👧‍👦 😀😀 Root of all", "remark": "valid"},
              {"name": "Issuing CA", "value": "Zoë", "remark": "valid"}]}
            """
        let summary = try JSONDecoder().decode(ServerSummary.self, from: Data(document.utf8))
        let lines = summary.text().split(separator: "\n")
        #expect(lines.contains("  ✓ Root CA     👩‍👩‍👧‍👦👩‍👩‍👧‍👦 😀😀 Root of all  valid"))
        #expect(lines.contains("  ✓ Issuing CA  Zoë                valid"))
    }
}
