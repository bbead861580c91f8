// SPDX-License-Identifier: Apache-2.0

import OMADM
import PKIFormats
import Testing

@Suite("MS-MDE2 section 2.2.9: faults")
struct MDEFaultTests {
    let lab: EnrollmentLab

    init() throws { lab = try EnrollmentLab.shared.get() }

    /// Subcode, ErrorType and HRESULT as the reference lists them.
    static let table: [(MDEFault, String, String?, UInt32)] = [
        (.messageFormat, "s:MessageFormat", nil, 0x8018_0001),
        (.authentication, "s:Authentication", nil, 0x8018_0002),
        (.authorization, "s:Authorization", nil, 0x8018_0003),
        (.certificateRequest, "s:CertificateRequest", nil, 0x8018_0004),
        (.enrollmentServer, "s:EnrollmentServer", nil, 0x8018_0005),
        (.internalServiceFault, "a:InternalServiceFault", nil, 0x8018_0006),
        (.invalidSecurity, "a:InvalidSecurity", nil, 0x8018_0007),
        (.deviceCapReached, "s:Authorization", "DeviceCapReached", 0x8018_0013),
        (.deviceNotSupported, "s:Authorization", "DeviceNotSupported", 0x8018_0014),
        (.notSupported, "s:Authorization", "NotSupported", 0x8018_0015),
        (.notEligibleToRenew, "s:Authorization", "NotEligibleToRenew", 0x8018_0016),
        (.inMaintenance, "s:EnrollmentServer", "InMaintenance", 0x8018_0017),
        (.userLicense, "s:Authorization", "UserLicense", 0x8018_0018),
        (.invalidEnrollmentData, "s:MessageFormat", "InvalidEnrollmentData", 0x8018_0019),
    ]

    @Test func `the table is complete`() {
        #expect(Set(Self.table.map(\.0)) == Set(MDEFault.allCases))
        #expect(Set(Self.table.map(\.3)).count == MDEFault.allCases.count)
    }

    @Test(arguments: table.indices)
    func `every fault is written as the reference shows and read again`(row: Int) throws {
        let (fault, subcode, errorType, hresult) = Self.table[row]
        #expect(fault.hresult == hresult)
        var transaction = lab.transaction(.enrollment)
        _ = transaction.received(try EnrollmentFixture.issueOnPremise.octets)
        let reply = transaction.refuse(fault, reason: "no <more> devices")
        #expect(reply.status == 500 && reply.fault == fault && reply.cause == nil)
        #expect(reply.mediaType == MDEService.mediaType)

        let judge = try XMLJudge(reply.body)
        #expect(judge.texts("Envelope/Header/Action") == [MDEService.enrollment.responseAction])
        #expect(judge.texts("Envelope/Header/RelatesTo") == [MDEService.enrollment.messageIDOfWindows])
        #expect(judge.namespaces("Envelope/Body/Fault/Code/Subcode/Value") == [SOAPNamespace.envelope])
        #expect(judge.texts("Envelope/Body/Fault/Code/Value") == ["s:Receiver"])
        #expect(judge.texts("Envelope/Body/Fault/Code/Subcode/Value") == [subcode])
        #expect(judge.texts("Envelope/Body/Fault/Reason/Text") == ["no <more> devices"])
        #expect(judge.texts("Envelope/Body/Fault/Reason/Text@lang") == ["en-us"])
        let detail = "Envelope/Body/Fault/Detail/DeviceEnrollmentServiceError"
        #expect(judge.texts(detail + "/ErrorType") == [errorType].compactMap { $0 })
        if errorType != nil {
            #expect(judge.namespaces(detail) == [SOAPNamespace.enrollment])
            #expect(judge.texts(detail + "/Message") == ["no <more> devices"])
            #expect(judge.texts(detail + "/TraceId") == [EnrollmentLab.traceID])
        }

        let read = try SOAPFault(parsing: SOAPEnvelope(parsing: reply.body, from: .server).body)
        #expect(read.fault == fault && read.reason == "no <more> devices")
        #expect(read.traceID == (errorType == nil ? nil : EnrollmentLab.traceID))
    }

    @Test func `a reason that XML has no form for is left out`() throws {
        var transaction = lab.transaction(.discovery)
        let reply = transaction.refuse(.authorization, reason: "bell \u{7} here")
        #expect(try XMLJudge(reply.body).texts("Envelope/Body/Fault/Reason/Text") == ["refused"])
    }

    @Test func `the status of faults is a switch`() {
        var lab = lab
        lab.settings.faultStatus = 200
        var transaction = lab.transaction(.enrollment)
        #expect(transaction.refuse(.inMaintenance, reason: "").status == 200)
    }

    @Test func `subcodes in another prefix and the other spelling are read`() throws {
        func read(_ subcode: String, _ type: String?) throws -> SOAPFault {
            let detail = type.map {
                """
                <x:Detail><DeviceEnrollmentServiceError xmlns="\(SOAPNamespace.enrollment)"><ErrorType>\($0)\
                </ErrorType></DeviceEnrollmentServiceError></x:Detail>
                """
            }
            let text = """
                <x:Fault xmlns:x="\(SOAPNamespace.envelope)"><x:Code><x:Value>x:Receiver</x:Value><x:Subcode>\
                <x:Value>\(subcode)</x:Value></x:Subcode></x:Code>\(detail ?? "")</x:Fault>
                """
            return try SOAPFault(parsing: MarkupElement(parsing: Array(text.utf8)))
        }
        #expect(try read("q:Authentication", nil).fault == .authentication)
        #expect(try read("Authentication", nil).fault == .authentication)
        #expect(try read("s:Authorization", "EnrollmentDataInvalid").fault == .invalidEnrollmentData)
        #expect(try read("s:Authorization", "SomethingNew").fault == .authorization)
        let unknown = try read("s:Else", nil)
        #expect(unknown.fault == nil && unknown.unknownSubcode == "Else" && unknown.description == "Else")
    }

    @Test func `only what may pass by itself is worth another try`() {
        #expect(
            MDEFault.allCases.filter(\.isRetryable)
                == [.enrollmentServer, .internalServiceFault, .inMaintenance])
        #expect(MDEError.refused(SOAPFault(.inMaintenance, reason: "")).isRetryable)
        #expect(!MDEError.refused(SOAPFault(.authentication, reason: "")).isRetryable)
    }

    @Test func `every error has a code of its own`() {
        let errors: [MDEError] = [
            .unreadable(.missing("x")), .notSOAP(namespace: ""), .unexpectedAction(expected: "", found: ""),
            .unexpectedBody(""), .unexpectedReplyTo,
            .headersNotUnderstood([SOAPHeaderName("x", namespace: "urn:x")]), .securityUnreadable(.missing("x")),
            .noCredential, .severalCredentials(2), .unsupportedCredential(""), .versionTooOld(MDEVersion(2)),
            .noCommonAuthPolicy(offered: []), .invalidDeviceID, .deviceIDMismatch,
            .certificationRequestUnreadable(.missing("x")), .unexpectedTokenType(""), .proofOfPossessionFailed,
            .proofAlgorithmNotAllowed(""), .renewalUnreadable(.missing("x")), .renewalSignerCount(2),
            .renewalWithoutClientCertificate, .renewalSignerMismatch, .renewalSignatureInvalid,
            .renewalAlgorithmNotAllowed(""), .renewalKeyReused, .refused(SOAPFault(.authorization, reason: "")),
            .unexpectedStatus(404), .relatesToMismatch, .unexpectedAuthPolicy(.certificate), .hostsDiffer,
            .keyTooShort(bits: 1024, minimum: 2048), .noCertificateForKey, .outOfOrder(""),
            .unwritable(.missing("x")), .callbackRefused, .redirectRefused,
        ]
        #expect(Set(errors.map(\.code)).count == errors.count)
        #expect(errors.allSatisfy { $0.code.hasPrefix("mde.") && $0.description != $0.code })
    }
}
