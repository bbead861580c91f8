// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import Testing

@Suite("RFC 5280 section 4.1.2.5: times")
struct TimestampTests {
    private func parse(_ text: String, _ tag: ASN1Tag) throws -> String {
        var writer = DERWriter()
        writer.primitive(tag, Array(text.utf8))
        return try Timestamp(parsing: ASN1Element(parsing: writer.bytes)).iso8601
    }

    @Test(arguments: [
        ("260102030405Z", "2026-01-02T03:04:05Z"), ("491231235959Z", "2049-12-31T23:59:59Z"),
        ("500101000000Z", "1950-01-01T00:00:00Z"), ("2601020304Z", "2026-01-02T03:04:00Z"),
        ("260102030405+0130", "2026-01-02T01:34:05Z"), ("251231233000-0100", "2026-01-01T00:30:00Z"),
        ("000229000000Z", "2000-02-29T00:00:00Z"),
    ])
    func `UTCTime is read`(text: String, expected: String) throws {
        #expect(try parse(text, .utcTime) == expected)
    }

    @Test(arguments: [
        ("20260102030405Z", "2026-01-02T03:04:05Z"), ("99991231235959Z", "9999-12-31T23:59:59Z"),
        ("20260102030405.999Z", "2026-01-02T03:04:05Z"), ("20260102030405,5Z", "2026-01-02T03:04:05Z"),
        ("00000101000000Z", "0000-01-01T00:00:00Z"), ("20240229000000Z", "2024-02-29T00:00:00Z"),
        ("18991231235959Z", "1899-12-31T23:59:59Z"),
    ])
    func `GeneralizedTime is read`(text: String, expected: String) throws {
        #expect(try parse(text, .generalizedTime) == expected)
    }

    @Test(arguments: [
        ("2026-11-28T12:00:00Z", "2026-11-28T12:00:00Z"), ("2026-11-28", "2026-11-28T00:00:00Z"),
        ("2026-11-28T12:00:00", "2026-11-28T12:00:00Z"), ("2026-11-28 12:00", "2026-11-28T12:00:00Z"),
        ("2026-11-28t12:00:00.999z", "2026-11-28T12:00:00Z"), ("2026-11-28T01:00:00+02:00", "2026-11-27T23:00:00Z"),
        ("2026-11-28T23:30-01:30", "2026-11-29T01:00:00Z"),
    ])
    func `what people type is read with any offset, and as UTC without one`(text: String, expected: String) {
        #expect(Timestamp(typed: text)?.iso8601 == expected)
    }

    @Test(arguments: [
        "", "2026", "20261128", "2026-11-28T", "2026-11-28T12", "2026-11-28T24:00:00Z", "2026-11-28T12:60Z",
        "2026-11-28T12:00:61Z", "2026-11-28T12:00:00.Z", "2026-11-28T12:00:00+0200", "2026-11-28T12:00:00ZZ",
        "2026-11-28T12:00:00+24:00", "2026-11-28_12:00:00Z", "2026-02-30T12:00:00Z", "2026-11-28T12:00:00 Z",
        "2026-11-2é", "éééééééééé",
    ])
    func `what nobody would type is no moment`(text: String) {
        #expect(Timestamp(typed: text) == nil)
    }

    @Test(arguments: [
        "", "Z", "2601020304", "260102030405", "261302030405Z", "260132030405Z", "260102240000Z", "260102006000Z",
        "260102000060Z", "250229000000Z", "26010203040Z", "260102030405ZZ", "260102030405+01", "260102030405+01x0",
        "26-102030405Z", "260102030405.Z5", "٢٦٠١٠٢٠٣٠٤٠٥Z",
    ])
    func `what is no time is refused`(text: String) {
        #expect(throws: FormatError.self) { try parse(text, .utcTime) }
        #expect(throws: FormatError.self) { try parse("20" + text + "!", .generalizedTime) }
    }

    @Test(arguments: [
        ("1949-12-31T23:59:59Z", "18 0f 31393439"), ("1950-01-01T00:00:00Z", "17 0d 3530"),
        ("2049-12-31T23:59:59Z", "17 0d 3439"), ("2050-01-01T00:00:00Z", "18 0f 32303530"),
    ])
    func `UTCTime is written until 2049 and GeneralizedTime from 2050`(text: String, prefix: String) throws {
        var writer = DERWriter()
        writer.time(try #require(Timestamp(iso8601: text)))
        let expected = try #require(Hex.decode(prefix.filter { $0 != " " }))
        #expect(writer.bytes.starts(with: expected))
        #expect(try Timestamp(parsing: ASN1Element(parsing: writer.bytes)).iso8601 == text)
    }

    @Test func `ten thousand years survive a round trip`() {
        var moment = Timestamp(seconds: -62_167_219_200)
        while moment < .noWellDefinedExpiration {
            let f = moment.fields
            let again = Timestamp(
                year: f.year, month: f.month, day: f.day, hour: f.hour, minute: f.minute, second: f.second)
            #expect(again == moment)
            moment = moment.adding(seconds: 86_400 * 100 + 3661)
        }
    }

    @Test func `arithmetic saturates instead of trapping`() {
        let end = Timestamp(seconds: .max)
        #expect(end.adding(seconds: 1) == end)
        #expect(Timestamp(seconds: .min).adding(seconds: -1) == Timestamp(seconds: .min))
        #expect(end.seconds(since: Timestamp(seconds: -1)) == .max)
        #expect(end.iso8601 == "9999-12-31T23:59:59Z")
        #expect(Timestamp(seconds: .min).iso8601 == "0000-01-01T00:00:00Z")
        #expect(Timestamp.noWellDefinedExpiration.adding(months: .max) == .noWellDefinedExpiration)
        #expect(Timestamp(seconds: 0).adding(months: .min).iso8601 == "0000-01-01T00:00:00Z")
    }

    @Test(arguments: [
        ("2026-01-31", 1, "2026-02-28"), ("2024-01-31", 1, "2024-02-29"), ("2026-11-30", 3, "2027-02-28"),
        ("2026-03-31", -1, "2026-02-28"), ("2026-12-31", 12, "2027-12-31"),
    ])
    func `months end on the last day of a shorter month`(from: String, months: Int, to: String) throws {
        let start = try #require(Timestamp(iso8601: from))
        #expect(start.adding(months: months) == Timestamp(iso8601: to))
    }

    @Test(arguments: [
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"), ("2026-01-02t03:04:05.999z", "2026-01-02T03:04:05Z"),
        ("2026-01-02T01:04:05.1+02:30", "2026-01-01T22:34:05Z"), ("2026-12-31T23:30:00-00:45", "2027-01-01T00:15:00Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"), ("0545-03-08T14:48:56.5211-21:35", "0545-03-09T12:23:56Z"),
    ])
    func `RFC 3339 is read with fractions and offsets`(text: String, expected: String) {
        #expect(Timestamp(rfc3339: text)?.iso8601 == expected)
    }

    @Test(arguments: [
        "", "2026-01-02", "2026-01-02T03:04:05", "2026-01-02 03:04:05Z", "2026-01-02T03:04:05.Z", "2026-01-02T03:04Z",
        "2026-01-02T03:04:05+0100", "2026-01-02T03:04:05+24:00", "2026-01-02T03:04:05+01:60", "2026-02-30T03:04:05Z",
        "9999-12-31T23:59:59-00:01", "0000-01-01T00:00:00+00:01", "2026-01-02T03:04:05Z ", "2026-01-02T03:04:05*01:00",
    ])
    func `what RFC 3339 does not write is no moment`(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }
}
