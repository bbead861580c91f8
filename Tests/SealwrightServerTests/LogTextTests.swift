// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import SealwrightServer

@Suite("RFC 8259, section 7: lines of the log, in which nothing a peer sends begins a line or moves a cursor")
struct LogTextTests {
    @Test(arguments: [
        ("plain", "plain"), ("two words", #""two words""#), (#"a"b"#, #""a\"b""#), ("a\nb", #""a\u000ab""#),
        ("\u{7F}", #""\u007f""#), ("\u{9B}31m", #""\u009b31m""#), ("a\u{2028}b", #""a\u2028b""#),
        ("\u{202E}moc", #""\u202emoc""#), ("\u{E0001}", #""\udb40\udc01""#), ("Zoë", "Zoë"), (#"a\b"#, #"a\b"#),
    ])
    func `facts are one word, or quoted`(_ fact: String, _ shown: String) {
        #expect(ServerLogHandler.printable(fact) == shown)
    }

    @Test(arguments: [
        "", "plain", "a\"b\\c", "\u{1B}[2J\r\n\t\u{0}", "\u{85}\u{9B}\u{2029}\u{202E}\u{E0001}", "Zoë 😀",
        "\u{301}\u{323}",
    ])
    func `what is quoted reads as it was, and nothing in it is unseen`(_ text: String) throws {
        let quoted = ServerLogHandler.quote(text)
        let read = try JSONSerialization.jsonObject(with: Data(quoted.utf8), options: .fragmentsAllowed) as? String
        #expect(read.map { Array($0.unicodeScalars) } == Array(text.unicodeScalars))
        let unseen: [Unicode.GeneralCategory] = [.control, .format, .lineSeparator, .paragraphSeparator]
        #expect(!quoted.unicodeScalars.contains { unseen.contains($0.properties.generalCategory) })
    }
}
