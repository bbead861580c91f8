// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import SealwrightCore
import SealwrightTesting
import Testing

@Suite("MS-WCCE section 2.2.2.7: what the Windows CSP puts into its requests")
struct WindowsRequestTests {
    /// The ways in which the two pairs ValidityPeriod and ValidityPeriodUnits arrive.
    enum Shape: CaseIterable {
        case twoValues, twoAttributes, sequenceOfPairs

        func attributes(_ period: String, _ units: String) -> [Attribute] {
            let pairs = [
                EnrollmentNameValuePair(name: "ValidityPeriod", value: period).derBytes,
                EnrollmentNameValuePair(name: "ValidityPeriodUnits", value: units).derBytes,
            ]
            let type = OID.microsoftEnrollmentNameValuePair
            switch self {
            case .twoValues: return [Attribute(type: type, values: pairs)]
            case .twoAttributes: return pairs.map { Attribute(type: type, values: [$0]) }
            case .sequenceOfPairs:
                var writer = DERWriter()
                writer.sequence { writer in for pair in pairs { writer.append(pair) } }
                return [Attribute(type: type, values: [writer.bytes])]
            }
        }
    }

    func days(_ certificate: CertificateView) throws -> Int64 {
        let notBefore = try #require(certificate.notBefore)
        return try #require(certificate.notAfter).seconds(since: notBefore) / 86_400
    }

    @Test(arguments: Shape.allCases, [("Days", "30", Int64(30)), ("Months", "2", 61), ("Years", "1", 365)])
    func `the validity asked for is granted in all three shapes`(
        shape: Shape, wish: (period: String, units: String, days: Int64)
    ) async throws {
        let bench = try await Workbench(.windows)
        let forge = try await bench.request(
            challenge: bench.challenge(), attributes: shape.attributes(wish.period, wish.units))
        #expect(try await days(bench.send(forge).certificate(LabKeys.device())) == wish.days)
    }

    @Test(arguments: Shape.allCases, [("Years", "99"), ("Days", "4294967295")])
    func `a longer validity is cut to the profile's`(shape: Shape, wish: (period: String, units: String)) async throws {
        let bench = try await Workbench(.windows)
        let forge = try await bench.request(
            challenge: bench.challenge(), attributes: shape.attributes(wish.period, wish.units))
        #expect(try await days(bench.send(forge).certificate(LabKeys.device())) == 824)
    }

    @Test(arguments: Shape.allCases, [("Days", "0"), ("Days", "-3"), ("Fortnights", "2"), ("Days", "many"), ("", "")])
    func `a validity that says nothing is as if absent`(
        shape: Shape, wish: (period: String, units: String)
    ) async throws {
        let bench = try await Workbench(.windows)
        let forge = try await bench.request(
            challenge: bench.challenge(), attributes: shape.attributes(wish.period, wish.units))
        #expect(try await days(bench.send(forge).certificate(LabKeys.device())) == 365)
    }

    /// Document signing, EFS, smart-card logon and client authentication, as the seed's EKUMapping asks.
    @Test(arguments: [false, true])
    func `the four purposes of the CSP's EKUMapping are granted`(usesMicrosoftAttribute: Bool) async throws {
        let purposes: [OID] = [
            .microsoftDocumentSigning, .microsoftEncryptingFileSystem, .microsoftSmartcardLogon, .clientAuth,
        ]
        let extensions = [
            ExtendedKeyUsage(purposes).certificateExtension,
            KeyUsage([.digitalSignature, .keyEncipherment]).certificateExtension,
        ]
        var attribute = Attribute.extensionRequest(extensions)
        if usesMicrosoftAttribute {
            attribute = Attribute(type: .microsoftCertificateExtensions, values: attribute.values)
        }
        let bench = try await Workbench(.windows)
        let forge = try await bench.request(challenge: bench.challenge(), attributes: [attribute])
        let certificate = try await bench.send(forge).certificate(LabKeys.device())
        #expect(Set(certificate.extendedKeyUsage?.purposes ?? []) == Set(purposes))
        #expect(certificate.keyUsage == [.digitalSignature, .keyEncipherment])
    }

    @Test func `what names an account or makes an authority is never granted`() async throws {
        let sid = "S-1-5-21-1004336348-1177238915-682003330-512"
        let names: [GeneralName] = [
            .userPrincipalName("administrator@contoso.com"), .uri("tag:microsoft.com,2022-09-14:sid:\(sid)"),
            .dnsName("laptop-7.contoso.com"),
        ]
        let extensions = [
            SubjectAlternativeName(names).certificateExtension,
            BasicConstraints.authority(pathLength: nil).certificateExtension,
            KeyUsage([.digitalSignature, .keyCertSign, .cRLSign]).certificateExtension,
            ExtendedKeyUsage([.clientAuth, .anyExtendedKeyUsage, .ocspSigning, .microsoftEnrollmentAgent])
                .certificateExtension,
            try NTDSSecurity(securityIdentifier: sid).certificateExtension,
        ]
        let bench = try await Workbench(.windows)
        let forge = try await bench.request(challenge: bench.challenge(), extensions: extensions)
        let certificate = try await bench.send(forge).certificate(LabKeys.device())
        #expect(certificate.subjectAlternativeName?.names == [.dnsName("laptop-7.contoso.com")])
        #expect(certificate.basicConstraints?.isAuthority != true)
        #expect(certificate.keyUsage?.contains(.keyCertSign) != true)
        #expect(certificate.keyUsage?.contains(.cRLSign) != true)
        #expect(certificate.extendedKeyUsage?.purposes == [.clientAuth])
        #expect(!certificate.extensions.contains { $0.oid == .microsoftNTDSSecurity })
        #expect(certificate.encoded.firstIndex(of: Array(sid.utf8)) == nil)
    }

    @Test func `attributes that only tell, and such as cannot be read, do no harm`() async throws {
        let bench = try await Workbench(.windows)
        var client = DERWriter()
        client.sequence { writer in
            writer.integer(5)
            for text in ["pc.contoso.com", #"CONTOSO\PC$"#, "dmcertinst.exe"] { writer.string(text) }
        }
        let attributes = [
            Attribute(type: .microsoftOSVersion, values: [DER.string("10.0.19045.2", as: .ia5String)]),
            Attribute(type: .microsoftRequestClientInfo, values: [client.bytes]),
            Attribute(type: .microsoftEnrollmentCSPProvider, values: [DER.string("not a provider")]),
            Attribute(type: .microsoftEnrollmentNameValuePair, values: [[0x30, 0x00], [0x05, 0x00]]),
            Attribute(type: .microsoftRenewalCertificate, values: [[0x30, 0x00]]),
        ]
        let forge = try await bench.request(challenge: bench.challenge(), attributes: attributes)
        #expect(try await bench.send(forge).status == .success)
    }
}
