// SPDX-License-Identifier: Apache-2.0

import SealwrightCore
import SealwrightNetwork
import SealwrightTesting
import Testing

@Suite("Codes of TLS: catalogue and page")
struct TLSCodesTests {
    @Test(arguments: TLSDiagnosisCode.allCases)
    func `every code is explained, in the catalogue and on the page`(code: TLSDiagnosisCode) throws {
        #expect(ErrorCatalog.entry(code.rawValue)?.code == code.rawValue)
        let page = String(decoding: try Repository.octets("docs/tls.md"), as: UTF8.self)
        #expect(page.contains("| \(code.rawValue) |"))
    }

    @Test func `the catalogue has no code of TLS that the program does not know`() {
        let known = Set(TLSDiagnosisCode.allCases.map(\.rawValue))
        let listed = Set(ErrorCatalog.entries.map(\.code).filter { $0.hasPrefix("SW-TLS") || $0.hasPrefix("SW-NET") })
        #expect(listed == known)
    }
}
