// SPDX-License-Identifier: Apache-2.0

import SealwrightServer
import SealwrightTesting
import Testing

@Suite("docs/settings.md")
struct SettingsPageTests {
    @Test func `the page that is checked in is the one the table of settings makes`() throws {
        let page = String(decoding: try Repository.octets("docs/settings.md"), as: UTF8.self)
        #expect(page == ConfigurationKey.markdown, "sealwright config show --markdown > docs/settings.md")
    }

    @Test func `every setting is on the page`() {
        for key in ConfigurationKey.all { #expect(ConfigurationKey.markdown.contains("\n| `\(key.path)` |")) }
    }
}
