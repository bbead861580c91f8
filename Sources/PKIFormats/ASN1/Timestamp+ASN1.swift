// SPDX-License-Identifier: Apache-2.0

extension Timestamp {
    /// Reads UTCTime or GeneralizedTime.
    ///
    /// Accepted beyond DER: a missing seconds field, a fraction of a second (cut off) and an offset from UTC,
    /// all of which old certificate authorities have written.
    ///
    /// - Throws: ``FormatError/invalidValue(field:reason:)``.
    ///
    /// Source: RFC 5280, sections 4.1.2.5.1 and 4.1.2.5.2; ITU-T X.680, sections 46 and 47.
    public init(parsing element: borrowing ASN1Element) throws(FormatError) {
        let text = try element.stringOctets()
        switch element.tag {
        case .utcTime:
            guard text.count >= 11, let twoDigits = Self.number(text.prefix(2)) else { throw Self.malformed }
            let year = twoDigits < 50 ? 2000 + twoDigits : 1900 + twoDigits
            self = try Self.parse(year: year, rest: text.dropFirst(2))
        case .generalizedTime:
            guard text.count >= 13, let year = Self.number(text.prefix(4)) else { throw Self.malformed }
            self = try Self.parse(year: year, rest: text.dropFirst(4))
        default:
            throw .unexpectedTag(expected: .generalizedTime, found: element.tag, at: element.offset)
        }
    }

    private static let malformed = FormatError.invalidValue(field: "time", reason: "not a UTCTime or GeneralizedTime")

    /// Reads `MMDDhhmm[ss[.f…]](Z|±hhmm)`.
    private static func parse(year: Int, rest: ArraySlice<UInt8>) throws(FormatError) -> Timestamp {
        var rest = rest
        func take(_ count: Int) throws(FormatError) -> Int {
            guard rest.count >= count, let value = number(rest.prefix(count)) else { throw malformed }
            rest = rest.dropFirst(count)
            return value
        }
        let month = try take(2)
        let day = try take(2)
        let hour = try take(2)
        let minute = try take(2)
        let second = rest.first?.isASCIIDigit == true ? try take(2) : 0
        if rest.first == 0x2E || rest.first == 0x2C {
            rest = rest.dropFirst().drop { $0.isASCIIDigit }
        }
        guard let zone = rest.first,
            let local = Timestamp(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        else { throw malformed }
        rest = rest.dropFirst()
        if zone == 0x5A {
            guard rest.isEmpty else { throw malformed }
            return local
        }
        guard zone == 0x2B || zone == 0x2D, rest.count == 4 else { throw malformed }
        let offset = Int64(try take(2) * 3600 + (try take(2)) * 60)
        return local.adding(seconds: zone == 0x2B ? -offset : offset)
    }

    /// The contents octets of the form RFC 5280 asks for: UTCTime until 2049, GeneralizedTime from 2050.
    var derTime: (tag: ASN1Tag, content: [UInt8]) {
        let f = fields
        guard (1950...2049).contains(f.year) else { return (.generalizedTime, generalizedTimeOctets) }
        return (.utcTime, Self.octets(f, hasCentury: false))
    }

    /// Whether an element this moment was read from is in that form: all digits there, no fraction, no offset.
    func isProper(_ element: ASN1Element) -> Bool {
        let isRecent = (Self.firstOfUTCTime..<Self.firstAfterUTCTime).contains(self)
        guard element.tag == (isRecent ? .utcTime : .generalizedTime) else { return false }
        let content = element.content
        return content.count == (isRecent ? 13 : 15) && content.last == 0x5A
            && content.dropLast().allSatisfy(\.isASCIIDigit)
    }

    /// 1950-01-01T00:00:00Z and 2050-01-01T00:00:00Z.
    private static let firstOfUTCTime = Timestamp(seconds: -631_152_000)
    private static let firstAfterUTCTime = Timestamp(seconds: 2_524_608_000)

    /// The contents octets of GeneralizedTime, which OCSP and CRL entry extensions always use.
    var generalizedTimeOctets: [UInt8] {
        Self.octets(fields, hasCentury: true)
    }

    /// `YY[YY]MMDDhhmmssZ`, written into one array: CRLs hold a million of these.
    private static func octets(_ f: DateFields, hasCentury: Bool) -> [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(15)
        func append(_ value: Int) {
            octets.append(0x30 + UInt8(value / 10 % 10))
            octets.append(0x30 + UInt8(value % 10))
        }
        if hasCentury { append(f.year / 100) }
        append(f.year)
        append(f.month)
        append(f.day)
        append(f.hour)
        append(f.minute)
        append(f.second)
        octets.append(0x5A)
        return octets
    }
}
