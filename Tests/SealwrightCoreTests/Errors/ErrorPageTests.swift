// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightCore
import Testing

@Suite("docs/errors.md")
struct ErrorPageTests {
    @Test func `the page that is checked in is the one the catalogue makes`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(contentsOf: root.appendingPathComponent("docs/errors.md"), encoding: .utf8)
        #expect(page == ErrorCatalog.markdown, "write it anew: sealwright explain --markdown > docs/errors.md")
    }
}
