// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import SealwrightTesting
import Testing

@Suite("MS-MDE2 section 3.4.4.1.1.2: the provisioning document")
struct ProvisioningDocumentTests {
    let lab: EnrollmentLab
    let document: ProvisioningDocument

    init() throws {
        lab = try EnrollmentLab.shared.get()
        document = try lab.document(lab.device)
    }

    @Test func `a document survives a round trip`() throws {
        #expect(try ProvisioningDocument(parsing: document.serialize()) == document)
    }

    @Test func `another parser finds every value where the reference has it`() throws {
        let octets = try document.serialize()
        let judge = try XMLJudge(octets)
        #expect(judge.texts("wap-provisioningdoc@version") == ["1.1"])
        let flat = try FlatDocument(octets)
        let thumbprint = { (certificate: CertificateView) in
            Hex.encode(certificate.fingerprint(.sha1)).uppercased()
        }
        let certificates = [
            ("CertificateStore/Root/System/", lab.root), ("CertificateStore/CA/System/", lab.device),
            ("CertificateStore/My/User/", lab.device),
        ]
        for (path, certificate) in certificates {
            #expect(
                flat.parms[path + thumbprint(certificate) + "/EncodedCertificate"]
                    == [Base64.encode(certificate.encoded), nil])
        }
        #expect(flat.nodes.contains("CertificateStore/My/User/PrivateKeyContainer"))
        let expected: [String: [String?]] = [
            "CertificateStore/My/WSTEP/Renew/ROBOSupport": ["true", "boolean"],
            "CertificateStore/My/WSTEP/Renew/RenewPeriod": ["60", "integer"],
            "CertificateStore/My/WSTEP/Renew/RetryInterval": ["4", "integer"],
            "APPLICATION/APPID": ["w7", nil], "APPLICATION/PROVIDER-ID": ["Sealwright", nil],
            "APPLICATION/NAME": ["Example & Co", nil],
            "APPLICATION/ADDR": ["https://mdm.example.com:8444/ManagementServer/MDM.svc", nil],
            "APPLICATION/CONNRETRYFREQ": ["6", nil], "APPLICATION/INITIALBACKOFFTIME": ["30000", nil],
            "APPLICATION/MAXBACKOFFTIME": ["120000", nil], "APPLICATION/BACKCOMPATRETRYDISABLED": [nil, nil],
            "APPLICATION/DEFAULTENCODING": ["application/vnd.syncml.dm+xml", nil],
            "APPLICATION/SSLCLIENTCERTSEARCHCRITERIA": [
                "Subject=CN%3D\(EnrollmentLab.deviceID)&Stores=My%5CUser", nil,
            ],
            "DMClient/Provider/Sealwright/EntDeviceName": ["desk \"7\"", "string"],
            "DMClient/Provider/Sealwright/EntDMID": ["1f3a", "string"],
            "DMClient/Provider/Sealwright/UPN": ["alice@example.com", "string"],
            "DMClient/Provider/Sealwright/RequireMessageSigning": ["true", "boolean"],
            "DMClient/Provider/Sealwright/Poll/NumberOfFirstRetries": ["5", "integer"],
            "DMClient/Provider/Sealwright/Poll/IntervalForFirstSetOfRetries": ["3", "integer"],
            "DMClient/Provider/Sealwright/Poll/NumberOfSecondRetries": ["8", "integer"],
            "DMClient/Provider/Sealwright/Poll/IntervalForSecondSetOfRetries": ["15", "integer"],
            "DMClient/Provider/Sealwright/Poll/NumberOfRemainingScheduledRetries": ["0", "integer"],
            "DMClient/Provider/Sealwright/Poll/IntervalForRemainingScheduledRetries": ["480", "integer"],
            "DMClient/Provider/Sealwright/Poll/PollOnLogin": ["true", "boolean"],
        ]
        for (path, value) in expected { #expect(flat.parms[path] == value, "\(path)") }
    }

    @Test func `both directions have their credentials`() throws {
        let text = String(decoding: try document.serialize(), as: UTF8.self)
        #expect(
            text.contains(
                """
                <characteristic type="APPAUTH"><parm name="AAUTHLEVEL" value="CLIENT"/>\
                <parm name="AAUTHTYPE" value="DIGEST"/><parm name="AAUTHSECRET" value="server-secret"/>\
                <parm name="AAUTHDATA" value="AQID"/></characteristic>\
                <characteristic type="APPAUTH"><parm name="AAUTHLEVEL" value="APPSRV"/>\
                <parm name="AAUTHTYPE" value="DIGEST"/><parm name="AAUTHNAME" value="device-1"/>\
                <parm name="AAUTHSECRET" value="device-secret"/><parm name="AAUTHDATA" value="BAUG"/></characteristic>
                """))
    }

    @Test func `the word "nonce" of Microsoft's example is a nonce too`() throws {
        let text = String(decoding: try document.serialize(), as: UTF8.self)
        let example = text.replacing(#"name="AAUTHDATA" value="BAUG""#, with: #"name="AAUTHDATA" value="nonce""#)
        let nonces = try ProvisioningDocument(parsing: Array(example.utf8)).account?.authentication.map(\.nonce)
        #expect(nonces == [[1, 2, 3], Array("nonce".utf8)])
    }

    @Test func `an enrolment of the device itself uses the machine's store`() throws {
        var document = document
        document.certificates[2].store = .system
        document.account?.searchCriteria = CertificateSearchCriteria(
            try MDEDeviceID(parsing: EnrollmentLab.deviceID), in: .system)
        let flat = try FlatDocument(document.serialize())
        #expect(flat.nodes.contains("CertificateStore/My/System/PrivateKeyContainer"))
        #expect(
            flat.parms["APPLICATION/SSLCLIENTCERTSEARCHCRITERIA"]?.first
                == "Subject=CN%3D\(EnrollmentLab.deviceID)&Stores=My%5CSystem")
    }

    @Test func `what is not known is kept`() throws {
        var document = document
        document.account?.others = [Parm("USEHWDEVID", nil), Parm("TO-NAPID", "x")]
        document.account?.role = 4_294_967_295
        document.dmClient?.others = [Parm("SomethingNew", integer: 3)]
        document.others = [Characteristic("Registry", characteristics: [Characteristic("a", parms: [Parm("b", "c")])])]
        #expect(try ProvisioningDocument(parsing: document.serialize()) == document)
    }

    @Test func `two roots, two authorities and two own certificates are not written`() {
        for store in ProvisionedCertificate.Store.allCases {
            var document = document
            document.certificates.append(ProvisionedCertificate(store, encoded: lab.root.encoded))
            #expect(throws: OMADMError.self) { try document.serialize() }
        }
    }

    @Test func `one direction alone, two of one, and BASIC are not written`() {
        var document = document
        let credentials = document.account?.authentication ?? []
        for wrong in [[], Array(credentials.prefix(1)), credentials + credentials] {
            document.account?.authentication = wrong
            #expect(throws: OMADMError.self) { try document.serialize() }
        }
        document.account?.authentication = credentials
        document.account?.authentication[1].kind = .basic
        #expect(throws: OMADMError.unwritable("AAUTHTYPE", reason: "is not DIGEST")) { try document.serialize() }
        document.account?.authentication[1].kind = .digest
        document.account?.authentication[1].name = nil
        #expect(throws: OMADMError.unwritable("AAUTHNAME", reason: "is absent")) { try document.serialize() }
    }

    @Test(arguments: ["", "MS DM Server", "a/b", "a&b", "é", String(repeating: "a", count: 65)])
    func `a server's name that needs escaping is not written`(name: String) {
        var document = document
        document.account?.providerID = name
        document.dmClient?.providerID = name
        #expect(throws: OMADMError.self) { try document.serialize() }
    }

    @Test func `the node of another server is not written`() {
        var document = document
        document.dmClient?.providerID = "Other"
        #expect(throws: OMADMError.unwritable("DMClient/Provider", reason: "is another server than PROVIDER-ID")) {
            try document.serialize()
        }
    }

    @Test func `a document of another server is read: lower case, other order, ROOT, no types`() throws {
        let certificate = Base64.encode(lab.device.encoded, lineLength: 64)
        let text = """
            <?xml version="1.0" encoding="utf-8"?>
            <wap-provisioningdoc version="1.1">
              <characteristic type="APPLICATION">
                <parm name="APPID" value="w7"/><parm name="PROVIDER-ID" value="DEMO MDM"/>
                <parm name="ADDR" value="https://mdm.example/manage"/><parm name="ROLE" value="4294967295"/>
                <parm name="SSLCLIENTCERTSEARCHCRITERIA" value="Subject=CN%3da%EF%80%80CN%3Db&amp;Stores=My%5CUser"/>
                <characteristic type="APPAUTH"><parm name="AAUTHLEVEL" value="APPSRV"/>
                  <parm name="AAUTHTYPE" value="BASIC"/><parm name="AAUTHNAME" value="u"/>
                  <parm name="AAUTHSECRET" value="s"/></characteristic>
              </characteristic>
              <characteristic type="CertificateStore">
                <characteristic type="My"><characteristic type="USER">
                  <characteristic type="abc"><parm name="EncodedCertificate" value="\(certificate)"/></characteristic>
                  <characteristic type="PrivateKeyContainer"/>
                </characteristic></characteristic>
                <characteristic type="ROOT"><characteristic type="SYSTEM">
                  <characteristic type="def"><parm name="EncodedCertificate" value="\(certificate)"/></characteristic>
                </characteristic></characteristic>
              </characteristic>
            </wap-provisioningdoc>
            """
        let read = try ProvisioningDocument(parsing: Array(text.utf8))
        #expect(read.certificates.map(\.store) == [.root, .user])
        #expect(read.ownCertificates.first?.encoded == lab.device.encoded)
        #expect(read.account?.role == .max && read.account?.authentication.first?.kind == .basic)
        #expect(read.account?.searchCriteria?.subjects == ["CN=a", "CN=b"])
        #expect(read.renew == nil && read.dmClient == nil && read.purpose == .enrollment)
    }

    @Test(arguments: [
        "<wap-provisioningdoc><parm name='x'/></wap-provisioningdoc>", "<other/>",
        "<wap-provisioningdoc><characteristic/></wap-provisioningdoc>",
        "<wap-provisioningdoc><characteristic type='a'><parm/></characteristic></wap-provisioningdoc>",
        "<wap-provisioningdoc><characteristic type='APPLICATION'/></wap-provisioningdoc>",
        """
        <wap-provisioningdoc><characteristic type='APPLICATION'><parm name='PROVIDER-ID' value='x'/>\
        <parm name='ADDR' value='http://x/'/></characteristic></wap-provisioningdoc>
        """,
        """
        <wap-provisioningdoc><characteristic type='CertificateStore'><characteristic type='Root'>\
        <characteristic type='System'><characteristic type='h'><parm name='EncodedCertificate' value='!'/>\
        </characteristic></characteristic></characteristic></characteristic></wap-provisioningdoc>
        """,
        """
        <wap-provisioningdoc><characteristic type='CertificateStore'><characteristic type='Root'>\
        <characteristic type='System'><characteristic type='h'><parm name='EncodedCertificate' value='AAAA'/>\
        </characteristic></characteristic></characteristic></characteristic></wap-provisioningdoc>
        """,
        "<!DOCTYPE x><wap-provisioningdoc/>",
    ])
    func `a hostile document is refused`(text: String) {
        #expect(throws: OMADMError.self) { try ProvisioningDocument(parsing: Array(text.utf8)) }
    }

    @Test func `nodes inside one another without end are refused`() {
        let deep = "<wap-provisioningdoc>" + String(repeating: "<characteristic type='a'>", count: 5000)
        #expect(throws: OMADMError.limitExceeded("elements inside one another", limit: 24)) {
            try ProvisioningDocument(parsing: Array(deep.utf8))
        }
    }

    @Test(arguments: [(0, 1), (1001, 1), (42, 0), (42, 43), (42, 1001)])
    func `days of renewal out of range are refused`(period: Int, interval: Int) {
        #expect(throws: OMADMError.self) { try RenewSettings(renewPeriod: period, retryInterval: interval) }
    }

    @Test func `polls after a set without end, and negative numbers, are not written`() {
        var document = document
        document.dmClient?.poll = PollSchedule(
            first: .init(number: 0, interval: 5), second: .off, remaining: .init(number: 0, interval: 60))
        #expect(throws: OMADMError.unwritable("Poll", reason: "has polls after a set without end")) {
            try document.serialize()
        }
        document.dmClient?.poll = PollSchedule(first: .init(number: -1, interval: 5), second: .off, remaining: .off)
        #expect(throws: OMADMError.unwritable("Poll", reason: "holds a negative number")) { try document.serialize() }
    }

    @Test(arguments: ["Subject", "Subject=%4", "Subject=%zz", "Issuer=x", "Subject=%FF"])
    func `unreadable search criteria are refused`(text: String) {
        #expect(throws: OMADMError.self) { try CertificateSearchCriteria(parsing: text) }
    }
}

/// The nodes and values of a provisioning document by path, read by another parser.
private struct FlatDocument {
    var nodes: Set<String> = []
    /// Value and type by path.
    var parms: [String: [String?]] = [:]

    init(_ octets: [UInt8]) throws {
        let tools = try TemporaryFolder()
        try tools.write(octets, "document.xml")
        let script = """
            import sys
            import xml.etree.ElementTree as tree
            def walk(element, above):
                for child in element:
                    if child.tag == 'parm':
                        value = child.get('value', '\\x01')
                        print('P', above + child.get('name'), value, child.get('datatype', '\\x01'), sep='\\t')
                    else:
                        print('N', above + child.get('type'), sep='\\t')
                        walk(child, above + child.get('type') + '/')
            walk(tree.parse(sys.argv[1]).getroot(), '')
            """
        for line in try tools.run("python3", "-c", script, "document.xml").split(separator: "\n") {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            if fields[0] == "N" {
                nodes.insert(fields[1])
            } else {
                parms[fields[1]] = fields[2...3].map { $0 == "\u{1}" ? nil : $0 }
            }
        }
    }
}
