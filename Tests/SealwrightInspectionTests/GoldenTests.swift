// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightInspection
import Testing

@Suite("Inspection: what is said about files of other programs")
struct GoldenTests {
    @Test(arguments: Fixture.allCases)
    func `the text is the one that was read and kept`(fixture: Fixture) throws {
        let text = try Inspector.fixed.inspect(fixture.bytes).text(width: 100)
        if ProcessInfo.processInfo.environment["SEALWRIGHT_WRITE_GOLDEN"] != nil {
            try Data(text.utf8).write(to: fixture.goldenFile)
        }
        #expect(text == String(decoding: try Data(contentsOf: fixture.goldenFile), as: UTF8.self))
    }

    @Test(arguments: Fixture.allCases)
    func `no line is wider than asked for, except where a word is`(fixture: Fixture) throws {
        for line in try Inspector.fixed.inspect(fixture.bytes).text(width: 80).split(separator: "\n") {
            #expect(line.count <= 80, "\(line)")
        }
    }

    @Test(arguments: Fixture.allCases)
    func `JSON holds the whole report`(fixture: Fixture) throws {
        let report = try Inspector.fixed.inspect(fixture.bytes)
        let json = try JSONEncoder().encode(report)
        #expect(try JSONDecoder().decode(InspectionReport.self, from: json) == report)
        #expect(report.type == fixture.type)
    }

    @Test func `the short form is one line for something good`() throws {
        let text = try Inspector.fixed.inspect(Fixture.certificate.bytes).shortText
        #expect(text == "certificate: Lets workstation-12 sign in as a client until 19 Feb 2027.\n")
    }
}
