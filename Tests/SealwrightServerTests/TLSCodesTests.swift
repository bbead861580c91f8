// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightCore
import SealwrightNetwork
import Testing

@Suite("Codes of TLS: catalogue and page")
struct TLSCodesTests {
    @Test(arguments: TLSDiagnosisCode.allCases)
    func `every code is explained, in the catalogue and on the page`(code: TLSDiagnosisCode) throws {
        #expect(ErrorCatalog.entry(code.rawValue)?.code == code.rawValue)
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appendingPathComponent("docs/tls.md"), encoding: .utf8)
        #expect(page.contains("| \(code.rawValue) |"))
    }

    @Test func `the catalogue has no code of TLS that the program does not know`() {
        let known = Set(TLSDiagnosisCode.allCases.map(\.rawValue))
        let listed = Set(ErrorCatalog.entries.map(\.code).filter { $0.hasPrefix("SW-TLS") || $0.hasPrefix("SW-NET") })
        #expect(listed == known)
    }
}
