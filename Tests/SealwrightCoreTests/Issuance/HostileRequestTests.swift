// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightTesting
import Testing

@testable import SealwrightCore

@Suite("DESIGN section 5: the profile decides every field, the request supplies key and wishes")
struct HostileRequestTests {
    @Test func `nothing that would make the holder somebody else is granted`() async throws {
        let bench = try await IssuanceBench()
        var device = try TestDevice("CN=laptop-7")
        device.extensions = [
            BasicConstraints.authority(pathLength: nil).certificateExtension,
            KeyUsage([.keyCertSign, .cRLSign, .digitalSignature]).certificateExtension,
            ExtendedKeyUsage([.anyExtendedKeyUsage, .ocspSigning, .microsoftEnrollmentAgent, .clientAuth])
                .certificateExtension,
            SubjectAlternativeName([
                .userPrincipalName("administrator@contoso.com"),
                .uri("tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-500"),
                .uri("TAG:Microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-500"),
                .dnsName("laptop-7.contoso.com"),
            ]).certificateExtension,
            CertificateExtension(oid: .microsoftNTDSSecurity, value: [0x30, 0]),
            CertificateTemplateName("DomainController").certificateExtension,
            CertificateTemplate(templateID: OID(1, 2, 3), majorVersion: 1).certificateExtension,
            OCSPNoCheck().certificateExtension,
            CertificateExtension(oid: .nameConstraints, isCritical: true, value: [0x30, 0]),
            SubjectKeyIdentifier([1, 2, 3]).certificateExtension,
        ]
        let plan = try bench.plan(.device, device)
        #expect(plan.ignored.contains("szOID_NTDS_CA_SECURITY_EXT"))
        #expect(plan.ignored.contains("upn"))
        #expect(plan.ignored.contains("basicConstraints"))

        let certificate = try await bench.issue(.device, device)
        #expect(certificate.basicConstraints == .endEntity)
        #expect(certificate.keyUsage == .digitalSignature)
        #expect(certificate.extendedKeyUsage?.purposes == [.clientAuth])
        #expect(certificate.subjectAlternativeName?.names == [.dnsName("laptop-7.contoso.com")])
        let granted = Set(certificate.extensions.map(\.oid))
        #expect(
            granted == [
                .basicConstraints, .keyUsage, .extendedKeyUsage, .subjectAltName, .subjectKeyIdentifier,
                .authorityKeyIdentifier, .crlDistributionPoints, .authorityInformationAccess,
            ])
        #expect(certificate.subjectKeyIdentifier?.keyIdentifier == certificate.subjectPublicKeyInfo.keyIdentifier)
    }

    @Test func `a profile may grant a user principal name and copy the SID`() async throws {
        let bench = try await IssuanceBench()
        var profile = CertificateProfile.device
        profile.alternativeNames.allowed += [.userPrincipalName, .accountURI]
        profile.copiedExtensions = [.microsoftNTDSSecurity]
        var device = try TestDevice("CN=user")
        device.extensions = [
            SubjectAlternativeName([.userPrincipalName("user@contoso.com")]).certificateExtension,
            CertificateExtension(oid: .microsoftNTDSSecurity, value: [0x30, 0]),
        ]
        let certificate = try await bench.issue(profile, device)
        #expect(certificate.subjectAlternativeName?.names.first?.userPrincipalName == "user@contoso.com")
        #expect(certificate.extensions.first(.microsoftNTDSSecurity) != nil)
    }

    @Test func `the purposes Windows asks for are granted in its order`() async throws {
        let bench = try await IssuanceBench(issuing: .rsa2048)
        var device = try TestDevice("CN=laptop-7", key: TestKeys.shared.key(.rsa2048))
        let purposes: [OID] = [
            .microsoftDocumentSigning, .microsoftEncryptingFileSystem, .microsoftSmartcardLogon, .clientAuth,
        ]
        device.extensions = [
            ExtendedKeyUsage(purposes).certificateExtension,
            KeyUsage([.digitalSignature, .keyEncipherment]).certificateExtension,
        ]
        let certificate = try await bench.issue(.device, device)
        #expect(certificate.extendedKeyUsage?.purposes == purposes)
        #expect(certificate.keyUsage == [.digitalSignature, .keyEncipherment])
    }

    @Test(
        arguments: zip(
            [KeyType.rsa2048, .ecP256, .ecP384, .ed25519],
            [
                KeyUsage([.digitalSignature, .keyEncipherment]), [.digitalSignature], [.digitalSignature],
                [.digitalSignature],
            ]))
    func `only RSA keys get keyEncipherment`(type: KeyType, usage: KeyUsage) async throws {
        let bench = try await IssuanceBench()
        let certificate = try await bench.issue(.device, TestDevice("CN=a", key: TestKeys.shared.key(type)))
        #expect(certificate.keyUsage == usage)
    }

    @Test func `a usage that serves no purpose falls back to the default`() async throws {
        let bench = try await IssuanceBench()
        var device = try TestDevice("CN=a", key: TestKeys.shared.key(.rsa2048))
        device.extensions = [KeyUsage.keyEncipherment.certificateExtension]
        #expect(try await bench.issue(.device, device).keyUsage == [.digitalSignature, .keyEncipherment])
    }

    // MARK: - Names

    @Test(arguments: [
        ("CN=" + String(repeating: "x", count: 2048), "commonName"),
        ("CN=" + String(repeating: "x", count: 65), "commonName"),
        ("CN=a,C=Germany", "countryName"),
        ("CN=a,DC=example", "domainComponent"),
        ("CN=a,DC=a b,DC=com", "domainComponent"),
        ("CN=a,O=" + String(repeating: "o", count: 65), "organizationName"),
    ])
    func `a subject over its bounds is refused and the attribute named`(subject: String, attribute: String) async throws
    {
        let bench = try await IssuanceBench()
        guard case .subjectNotAllowed(let why) = try bench.refusal(.device, TestDevice(subject)) else {
            Issue.record("accepted")
            return
        }
        #expect(why.contains(attribute))
    }

    @Test(arguments: [
        "DNS:laptop-7", "DNS:*.example.com", "DNS:a..example.com", "DNS:-a.example.com", "DNS:a b.example.com",
        "DNS:10.0.0.1", "DNS:", "email:nobody", "email:a@b", "email:a b@example.com", "URI:example.com",
        "URI:http://localhost/", "URI:http://host/", "URI:javascript:alert(1)", "URI:file:///etc/passwd",
        "URI:http://a b.example.com/", "DNS:a_b.example.com", "DNS:_sip._tcp.example.com", "DNS:LOCALHOST",
        "email:a@b_c.example.com", "URI:http://a_b.example.com/", "URI:URN:uuid:1", "URI:TAG:example.com,2026:a",
        "URI:urn:uuid:[1]", "URI:tag:example.com,2026:%",
        "URI:http://example.com:/",
        "URI:http://example.com:0/", "URI:http://[2001:db8::1]:080/", "URI:http://u@@example.com/",
        "URI:http://a:b:c@example.com/",
        "URI:http://@example.com/", "URI:http://example.com/[x]", "URI:http://example.com/%zz",
        "URI:http://example.com/%4", "URI:http://example.com/#/a", "URI:http://example.com/#a#b",
        "URI:http://example.com/?=a",
    ])
    func `a name no relying party takes is refused`(name: String) async throws {
        let bench = try await IssuanceBench()
        var device = try TestDevice("CN=a")
        let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let value = try #require(parts.last)
        let general: GeneralName =
            switch parts.first {
            case "DNS": .dnsName(value)
            case "email": .rfc822Name(value)
            default: .uri(value)
            }
        device.extensions = [SubjectAlternativeName([general]).certificateExtension]
        guard case .nameNotAllowed = try bench.refusal(.device, device) else {
            Issue.record("\(name) accepted")
            return
        }
    }

    @Test(arguments: [
        "DNS:laptop-7.contoso.com", "DNS:localhost", "DNS:xn--bcher-kva.example", "email:a.b+c@example.com",
        "URI:http://www.example.com/x?y#z", "URI:https://192.0.2.1:8443/", "URI:http://[2001:db8::1]/",
        "URI:urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "IP:192.0.2.1", "IP:2001:db8::1",
        "URI:ldap://ldap.example.com/cn=a", "URI:http://user:pass@www.example.com:80/%20?a=b/c?d#e",
        "email:a_b@example.com", "URI:http://www.example.com/a_b",
    ])
    func `a usual name is granted`(name: String) async throws {
        let bench = try await IssuanceBench()
        var device = try TestDevice("CN=a")
        device.ask(for: [name])
        let certificate = try await bench.issue(.device, device)
        #expect(certificate.subjectAlternativeName?.names.map(\.text) == [name])
    }

    @Test(arguments: [
        "DNS:a_b.example.com", "DNS:_sip._tcp.example.com", "email:a@b_c.example.com", "URI:http://a_b.example.com/",
    ])
    func `underscores in host names are granted by a profile that allows them`(name: String) async throws {
        let bench = try await IssuanceBench()
        var profile = CertificateProfile.device
        profile.alternativeNames.allowsUnderscores = true
        var device = try TestDevice("CN=a")
        device.ask(for: [name])
        let certificate = try await bench.issue(profile, device)
        #expect(certificate.subjectAlternativeName?.names.map(\.text) == [name])
        guard case .nameNotAllowed(_, let reason) = try bench.refusal(.device, device) else {
            Issue.record("accepted")
            return
        }
        #expect(reason.contains("certificate.underscores"))
    }

    @Test func `domainComponents may have underscores, as directories do`() async throws {
        let bench = try await IssuanceBench()
        let certificate = try await bench.issue(.device, TestDevice("CN=a,DC=my_site,DC=example,DC=com"))
        #expect(certificate.subject.rfc4514 == "CN=a,DC=my_site,DC=example,DC=com")
    }

    @Test func `an address of odd length is refused`() async throws {
        let bench = try await IssuanceBench()
        var device = try TestDevice("CN=a")
        device.extensions = [SubjectAlternativeName([.ipAddress([1, 2, 3])]).certificateExtension]
        #expect(try bench.refusal(.device, device) != nil)
    }

    @Test func `an empty subject needs a name, which is critical then`() async throws {
        let bench = try await IssuanceBench()
        var device = try TestDevice("")
        #expect(try bench.refusal(.device, device) == .subjectNotAllowed("it is empty"))
        device.ask(for: ["DNS:a.example.com"])
        let certificate = try await bench.issue(.device, device)
        #expect(certificate.extensions.first(.subjectAltName)?.isCritical == true)
    }

    @Test func `too many names are refused`() async throws {
        let bench = try await IssuanceBench()
        var device = try TestDevice("CN=a")
        device.ask(for: (0..<65).map { "DNS:host-\($0).example.com" })
        guard case .nameNotAllowed = try bench.refusal(.device, device) else {
            Issue.record("accepted")
            return
        }
    }

    @Test func `a mail address of the subject becomes an alternative name, or is refused`() async throws {
        let bench = try await IssuanceBench()
        let device = try TestDevice("CN=a,emailAddress=a@example.com")
        let certificate = try await bench.issue(.device, device)
        #expect(certificate.subjectAlternativeName?.rfc822Names == ["a@example.com"])
        guard case .nameNotAllowed = try bench.refusal(.device, TestDevice("CN=a,emailAddress=nobody")),
            case .subjectNotAllowed = try bench.refusal(.ocspSigner, device)
        else {
            Issue.record("accepted")
            return
        }
    }

    @Test func `a server needs a name`() async throws {
        let bench = try await IssuanceBench()
        guard case .nameNotAllowed = try bench.refusal(.server, TestDevice("CN=www.example.com")) else {
            Issue.record("accepted")
            return
        }
    }

    @Test func `sloppy string types are put right`() async throws {
        let bench = try await IssuanceBench()
        let name = DistinguishedName(rdns: [
            [AttributeTypeAndValue(type: .domainComponent, text: "com", as: .utf8String)],
            [AttributeTypeAndValue(type: .domainComponent, text: "example", as: .utf8String)],
            [AttributeTypeAndValue(type: .emailAddress, text: "a@example.com", as: .utf8String)],
            [AttributeTypeAndValue(type: .commonName, text: "a", as: .printableString)],
        ])
        let key = try TestKeys.shared.key(.ecP256)
        let wish = RequestedCertificate(subject: name, subjectPublicKeyInfo: SubjectPublicKeyInfo(key.publicKey))
        let plan = try bench.planner(.device).plan(wish, now: bench.clock.now)
        #expect(plan.subject.attributes.map { $0.value.first } == [0x16, 0x16, 0x16, 0x13])
    }

    @Test func `an unreadable extension is told, an empty list of purposes is no trap`() async throws {
        let bench = try await IssuanceBench()
        var device = try TestDevice("CN=a")
        device.extensions = [CertificateExtension(oid: .subjectAltName, value: [0x30, 0x05, 0x82])]
        #expect(throws: DenialReason.self) { try bench.plan(.device, device) }
        for oid in [OID.extendedKeyUsage, .subjectAltName, .keyUsage] {
            device.extensions = [CertificateExtension(oid: oid, value: [0x30, 0])]
            _ = try? bench.plan(.device, device)
        }
    }

    @Test func `a subject that is empty is called so`() {
        for reason in [DenialReason.renewalSubjectMismatch(requested: ""), .challengeSubjectMismatch(requested: "")] {
            #expect(reason.sentence.hasSuffix(" for an empty subject"))
        }
    }

    @Test func `control characters of a name do not reach the sentence`() {
        let reason = DenialReason.nameNotAllowed(name: "DNS:\u{1B}[31mred\u{202E}\n", reason: "odd")
        #expect(reason.sentence.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E })
        let long = DenialReason.subjectNotAllowed(String(repeating: "x", count: 100_000))
        #expect(long.sentence.count <= 500)
    }
}
