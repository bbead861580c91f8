// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import SwiftASN1
import Testing
import X509

@Suite("RFC 5280 section 4.1: certificates we write")
struct TBSCertificateTests {
    private let folder: ToolFolder

    init() throws { folder = try ToolFolder() }

    static let subject = "serialNumber=7+CN=\\ Müller\\, \\\"x\\\",OU=a,OU=b,O=Example,DC=example,DC=com,C=DE"

    static func extensions(_ key: PKIFormats.SubjectPublicKeyInfo) throws -> [CertificateExtension] {
        let names =
            try [
                "DNS:a.example", "IP:192.0.2.1", "IP:2001:db8::1", "email:a@b.example", "URI:https://x/y", "RID:1.2.3",
            ]
            .map { try #require(GeneralName(text: $0)) } + [.userPrincipalName("user@contoso.com")]
        return [
            PKIFormats.BasicConstraints.authority(pathLength: 1).certificateExtension,
            PKIFormats.KeyUsage([.keyCertSign, .cRLSign, .digitalSignature]).certificateExtension,
            PKIFormats.ExtendedKeyUsage([.clientAuth, .serverAuth]).certificateExtension,
            PKIFormats.SubjectKeyIdentifier(for: key).certificateExtension,
            PKIFormats.AuthorityKeyIdentifier(keyIdentifier: key.keyIdentifier).certificateExtension,
            SubjectAlternativeName(names).certificateExtension,
            CRLDistributionPoints(uris: ["http://crl.example/a.crl"]).certificateExtension,
            FreshestCRL(uris: ["http://crl.example/d.crl"]).certificateExtension,
            PKIFormats.AuthorityInformationAccess(ocsp: ["http://ocsp.example"], caIssuers: ["http://ca.example/a.cer"])
                .certificateExtension,
            CertificatePolicies([PolicyInformation(id: OID(1, 2, 3), practiceStatement: "https://cps.example")])
                .certificateExtension,
            PKIFormats.NameConstraints(
                permitted: [.dnsName("example")], excluded: [.ipAddress([10, 0, 0, 0, 255, 0, 0, 0])]
            )
            .certificateExtension,
            TLSFeature.mustStaple.certificateExtension, OCSPNoCheck().certificateExtension,
            CertificateTemplateName("User").certificateExtension,
            CertificateTemplate(templateID: OID(1, 2, 3), majorVersion: 100, minorVersion: 4).certificateExtension,
            ApplicationPolicies(purposes: [.clientAuth]).certificateExtension,
            try NTDSSecurity(securityIdentifier: "S-1-5-21-1-2-3-500").certificateExtension,
        ]
    }

    @Test(arguments: KeyType.allCases.filter { $0 != .rsa4096 && $0 != .rsa3072 })
    func `what we write we read back`(type: KeyType) throws {
        let key = try TestKey(type)
        let tbs = try key.tbs(Self.subject, Self.extensions(key.info))
        let view = try CertificateView(parsing: key.sign(tbs))
        #expect(view.findings.isEmpty)
        #expect(view.version == 3)
        #expect(view.serialNumber == tbs.serialNumber)
        #expect(view.issuer == tbs.issuer)
        #expect(view.subject.rfc4514 == Self.subject)
        #expect(view.notBefore == tbs.notBefore)
        #expect(view.notAfter == tbs.notAfter)
        #expect(view.subjectPublicKeyInfo == tbs.subjectPublicKeyInfo)
        #expect(view.extensions == tbs.extensions)
        #expect(Array(view.tbsCertificate) == tbs.derBytes)
        #expect(view.signatureAlgorithm.signatureAlgorithm == tbs.signature)
        #expect(view.isSelfSigned)
        #expect(view.publicKey == key.key.publicKey)
    }

    @Test(arguments: KeyType.allCases.filter { $0 != .rsa4096 && $0 != .rsa3072 })
    func `OpenSSL and GnuTLS verify what we sign`(type: KeyType) throws {
        let key = try TestKey(type)
        let extensions: [CertificateExtension] = [
            PKIFormats.BasicConstraints.authority(pathLength: nil).certificateExtension,
            PKIFormats.KeyUsage([.keyCertSign, .cRLSign]).certificateExtension,
            PKIFormats.SubjectKeyIdentifier(for: key.info).certificateExtension,
        ]
        let der = try key.sign(key.tbs("CN=root,O=Example,C=DE", extensions))
        try folder.write(PEM.encode(der, label: "CERTIFICATE"), "c.pem")
        try folder.run("openssl verify -x509_strict -check_ss_sig -no_check_time -CAfile c.pem c.pem")
        #expect(try folder.run("certtool -i --infile c.pem").contains("CN=root"))
    }

    @Test func `OpenSSL and GnuTLS read every extension`() throws {
        let key = try TestKey(.rsa2048)
        let der = try key.sign(key.tbs(Self.subject, Self.extensions(key.info)))
        try folder.write(der, "c.der")
        let text = try folder.run("openssl x509 -inform DER -in c.der -noout -text")
        for expected in [
            "CA:TRUE, pathlen:1", "Digital Signature, Certificate Sign, CRL Sign", "TLS Web Client Authentication",
            "DNS:a.example, IP Address:192.0.2.1, IP Address:2001:DB8:0:0:0:0:0:1, email:a@b.example, URI:https://x/y",
            "Registered ID:1.2.3", "URI:http://crl.example/a.crl", "URI:http://crl.example/d.crl",
            "OCSP - URI:http://ocsp.example", "CA Issuers - URI:http://ca.example/a.cer", "Policy: 1.2.3",
            "CPS: https://cps.example", "DNS:example", "IP:10.0.0.0/255.0.0.0", "status_request", "OCSP No Check",
            "Not Before: Jan  2 03:04:05 2026 GMT", "Not After : Jan  1 00:00:00 2046 GMT",
        ] { #expect(text.contains(expected), "\(expected)") }
        #expect(!text.contains("<Unsupported>") || text.contains("othername"))
        let gnutls = try folder.run("certtool -i --inder --infile c.der")
        for expected in [
            "Path Length Constraint: 1", "DNSname: a.example", "IPAddress: 192.0.2.1", "IPAddress: 2001:db8::1",
            "RFC822Name: a@b.example", "http://crl.example/a.crl", "http://ocsp.example",
        ] { #expect(gnutls.contains(expected), "\(expected)") }
    }

    @Test func `swift-certificates reads the same, extension for extension`() throws {
        let key = try TestKey()
        let tbs = try key.tbs(Self.subject, Self.extensions(key.info))
        let der = try key.sign(tbs)
        let oracle = try X509.Certificate(derEncoded: der)
        #expect(Array(oracle.serialNumber.bytes) == Array(tbs.serialNumber.octets))
        #expect(Int64(oracle.notValidBefore.timeIntervalSince1970) == tbs.notBefore.seconds)
        #expect(Int64(oracle.notValidAfter.timeIntervalSince1970) == tbs.notAfter.seconds)
        #expect(oracle.extensions.count == tbs.extensions.count)
        for (theirs, ours) in zip(oracle.extensions, tbs.extensions) {
            #expect(theirs.oid.description == ours.oid.dotted)
            #expect(theirs.critical == ours.isCritical)
            #expect(Array(theirs.value) == ours.value)
        }
        let constraints = try #require(try oracle.extensions.basicConstraints)
        #expect(constraints == .isCertificateAuthority(maxPathLength: 1))
        let names = try #require(try oracle.extensions.subjectAlternativeNames)
        #expect(names.count == 7)
        #expect(oracle.publicKey.isValidSignature(oracle.signature, for: oracle))
        var serializer = DER.Serializer()
        try oracle.subject.serialize(into: &serializer)
        #expect(serializer.serializedBytes == tbs.subject.derBytes)
    }

    @Test func `a certificate without extensions has no extensions field`() throws {
        let key = try TestKey(.ed25519)
        let view = try CertificateView(parsing: key.sign(key.tbs("CN=x")))
        #expect(view.extensions.isEmpty)
        #expect(view.findings.isEmpty)
    }

    @Test func `no well-defined end is written as GeneralizedTime`() throws {
        let key = try TestKey()
        var tbs = try key.tbs()
        tbs.notAfter = .noWellDefinedExpiration
        try folder.write(try key.sign(tbs), "c.der")
        #expect(
            try folder.run("openssl x509 -inform DER -in c.der -noout -enddate").contains("Dec 31 23:59:59 9999 GMT"))
    }
}
