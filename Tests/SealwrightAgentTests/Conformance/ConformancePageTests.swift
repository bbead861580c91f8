// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightAgent
import SealwrightTesting
import Testing

@Suite("docs/conformance.md", .enabled(if: OpenSSL.isInstalled))
struct ConformancePageTests {
    @Test func `the page that is checked in is the one the suite makes today`() throws {
        let results = try ConformanceTests.results.get()
        let page = ConformancePage(cases: results.map(\.test), failed: ConformanceTests.failed(results)).markdown
        let path = Repository.root.appendingPathComponent("docs/conformance.md")
        if ProcessInfo.processInfo.environment["SEALWRIGHT_WRITE_PAGES"] != nil {
            try Data(page.utf8).write(to: path)
        }
        let checkedIn = (try? String(contentsOf: path, encoding: .utf8)) ?? ""
        #expect(page == checkedIn, "write it anew: SEALWRIGHT_WRITE_PAGES=1 make test FILTER=ConformancePageTests")
    }
}
