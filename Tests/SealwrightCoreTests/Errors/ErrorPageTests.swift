// SPDX-License-Identifier: Apache-2.0

import SealwrightCore
import SealwrightTesting
import Testing

@Suite("docs/errors.md")
struct ErrorPageTests {
    @Test func `the page that is checked in is the one the catalogue makes`() throws {
        let page = String(decoding: try Repository.octets("docs/errors.md"), as: UTF8.self)
        #expect(page == ErrorCatalog.markdown, "write it anew: sealwright explain --markdown > docs/errors.md")
    }
}
