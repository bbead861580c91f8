// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Testing

@Suite("MS-WCCE section 2.2.2.7: attributes Windows puts into requests")
struct MicrosoftAttributeTests {
    /// One of each, as a Windows 10 client writes them.
    static func attributes() -> [Attribute] {
        var version = DERWriter()
        version.string("10.0.19045.2", as: .ia5String)
        var provider = DERWriter()
        provider.sequence { writer in
            writer.integer(0)
            writer.string("Microsoft Software Key Storage Provider", as: .bmpString)
            writer.bitString([UInt8]())
        }
        var client = DERWriter()
        client.sequence { writer in
            writer.integer(9)
            for text in ["host.contoso.com", "CONTOSO\\ann", "dmcertinst.exe"] { writer.string(text) }
        }
        return [
            Attribute(type: .microsoftOSVersion, values: [version.bytes]),
            Attribute(type: .microsoftEnrollmentCSPProvider, values: [provider.bytes]),
            Attribute(type: .microsoftRequestClientInfo, values: [client.bytes]),
            Attribute(type: .microsoftEnrollmentNameValuePair, values: pairs.map(\.derBytes)),
        ]
    }

    static let pairs = [
        EnrollmentNameValuePair(name: "ValidityPeriod", value: "Months"),
        EnrollmentNameValuePair(name: "ValidityPeriodUnits", value: "6"),
    ]

    private func request(_ attributes: [Attribute]) throws -> CertificationRequest {
        try CertificationRequest(parsing: TestKey().request(.empty, attributes))
    }

    @Test func `version, provider and client are read`() throws {
        let request = try request(Self.attributes())
        #expect(request.osVersion == "10.0.19045.2")
        #expect(request.cspProvider?.name == "Microsoft Software Key Storage Provider")
        #expect(request.cspProvider?.keySpec == 0)
        #expect(request.requestClientInfo?.clientID == 9)
        #expect(request.requestClientInfo?.machineName == "host.contoso.com")
        #expect(request.requestClientInfo?.userName == "CONTOSO\\ann")
        #expect(request.requestClientInfo?.processName == "dmcertinst.exe")
        #expect(request.requestedValidity == RequestedValidity(amount: 6, unit: .months))
    }

    @Test(arguments: ["one attribute", "two attributes", "a sequence"])
    func `the validity is read in all three shapes`(shape: String) throws {
        let attributes: [Attribute]
        switch shape {
        case "one attribute":
            attributes = [Attribute(type: .microsoftEnrollmentNameValuePair, values: Self.pairs.map(\.derBytes))]
        case "two attributes":
            attributes = Self.pairs.map { Attribute(type: .microsoftEnrollmentNameValuePair, value: $0) }
        default:
            var writer = DERWriter()
            writer.sequence { writer in
                for pair in Self.pairs { writer.append(pair) }
            }
            attributes = [Attribute(type: .microsoftEnrollmentNameValuePair, values: [writer.bytes])]
        }
        let request = try request(attributes)
        #expect(Set(request.enrollmentNameValuePairs) == Set(Self.pairs))
        #expect(request.requestedValidity == RequestedValidity(amount: 6, unit: .months))
    }

    @Test(arguments: [
        ("Days", "0"), ("Days", "-1"), ("Days", "x"), ("Days", ""), ("Fortnights", "1"),
        ("Days", "99999999999999999999"),
    ])
    func `a validity that is not understood is as if absent`(unit: String, amount: String) throws {
        let pairs = [
            EnrollmentNameValuePair(name: "ValidityPeriod", value: unit),
            EnrollmentNameValuePair(name: "ValidityPeriodUnits", value: amount),
        ]
        let attributes = pairs.map { Attribute(type: .microsoftEnrollmentNameValuePair, value: $0) }
        #expect(try request(attributes).requestedValidity == nil)
    }

    @Test(arguments: [
        (RequestedValidity.Unit.seconds, 90, "2026-01-31T00:01:30Z"), (.minutes, 2, "2026-01-31T00:02:00Z"),
        (.hours, 5, "2026-01-31T05:00:00Z"), (.days, 1, "2026-02-01T00:00:00Z"), (.weeks, 1, "2026-02-07T00:00:00Z"),
        (.months, 1, "2026-02-28T00:00:00Z"), (.years, 2, "2028-01-31T00:00:00Z"),
        (.years, .max, "9999-12-31T23:59:59Z"),
        (.weeks, .max, "9999-12-31T23:59:59Z"), (.seconds, .max, "9999-12-31T23:59:59Z"),
        (.months, .max, "9999-12-31T23:59:59Z"),
    ])
    func `the end of a validity is counted by the calendar and saturates`(
        unit: RequestedValidity.Unit, amount: Int, end: String
    ) throws {
        let start = try #require(Timestamp(iso8601: "2026-01-31"))
        #expect(RequestedValidity(amount: amount, unit: unit).end(from: start).iso8601 == end)
    }

    @Test func `the certificate to renew is read`() throws {
        let key = try TestKey()
        let certificate = try key.sign(key.tbs("CN=old"))
        let request = try request([Attribute(type: .microsoftRenewalCertificate, values: [certificate])])
        #expect(request.renewalCertificate?.encoded == certificate)
    }

    @Test func `broken attributes are as if absent`() throws {
        let types: [OID] = [
            .microsoftOSVersion, .microsoftEnrollmentCSPProvider, .microsoftRequestClientInfo,
            .microsoftRenewalCertificate,
            .microsoftEnrollmentNameValuePair,
        ]
        let request = try request(types.map { Attribute(type: $0, values: [[0x30, 0x02, 0x05, 0x00]]) })
        #expect(request.osVersion == nil && request.cspProvider == nil && request.renewalCertificate == nil)
        #expect(request.requestClientInfo == nil)
        #expect(request.enrollmentNameValuePairs.isEmpty && request.requestedValidity == nil)
    }
}
