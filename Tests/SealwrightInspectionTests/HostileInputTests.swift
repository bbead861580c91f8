// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import Testing

@testable import SealwrightInspection

/// A trap would end the test process, so getting to the end is the expectation.
@Suite("Inspection: damaged and hostile input ends in a report or an error")
struct HostileInputTests {
    @Test(arguments: Fixture.allCases)
    func `every truncation ends in a report or an error`(fixture: Fixture) throws {
        let der = try fixture.der
        for length in 0..<der.count { look(at: Array(der.prefix(length)), as: fixture.type) }
    }

    @Test(arguments: Fixture.allCases)
    func `every flipped byte ends in a report or an error`(fixture: Fixture) throws {
        let der = try fixture.der
        for index in der.indices {
            var damaged = der
            damaged[index] ^= [0x01, 0x80, 0xFF, 0x20][index % 4]
            look(at: damaged, as: fixture.type)
        }
    }

    @Test(arguments: InspectionType.allCases)
    func `every fixture can be taken for every type`(type: InspectionType) throws {
        for fixture in Fixture.allCases { look(at: try fixture.der, as: type) }
    }

    @Test func `nesting, repetition and emptiness end in a report or an error`() {
        let deep = (0..<2_000).reduce([UInt8]()) { inner, _ in
            inner.count < 120 ? [0x30, UInt8(inner.count)] + inner : inner
        }
        let indefinite = [[UInt8]](repeating: [0x30, 0x80], count: 4_000).flatMap(\.self)
        let nulls: [UInt8] = [0x30, 0x83, 0x0F, 0xFF, 0xFE] + [UInt8](repeating: 0x05, count: 0xFFFFE)
        let short: [[UInt8]] = [[0x30, 0x00], [0x30, 0x80, 0, 0], [0x30], [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF]]
        for bytes in [deep, indefinite, nulls] + short {
            for type in InspectionType.allCases { look(at: bytes, as: type) }
        }
    }

    @Test func `text of every kind ends in a report or an error`() {
        let armour = String(repeating: "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", count: 3_000)
        for text in [armour, String(repeating: "A", count: 100_000), String(repeating: "\n", count: 10_000) + "x"] {
            look(at: Array(text.utf8), as: nil)
        }
    }

    private func look(at bytes: [UInt8], as type: InspectionType?) {
        for wanted in [nil, type] {
            guard let report = try? Inspector.fixed.inspect(bytes, as: wanted) else { continue }
            _ = report.text(width: 60)
            _ = report.shortText
        }
    }
}
