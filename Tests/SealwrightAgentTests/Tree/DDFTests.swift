// SPDX-License-Identifier: Apache-2.0

import Foundation
import OMADM
import SealwrightAgent
import SealwrightTesting
import Testing

@Suite("DDF 1.2 and DDF v2: the description of the tree")
struct DDFTests {
    let octets: [UInt8]
    let root: MarkupElement

    init() throws {
        octets = try DDFDocument().serialize()
        root = try MarkupElement(parsing: octets)
    }

    private func node(_ path: String, in top: MarkupElement) -> MarkupElement? {
        path.split(separator: "/").reduce(Optional(top)) { above, name in
            above?.children("Node").first { ($0.child("NodeName")?.text ?? "") == (name == "*" ? "" : name) }
        }
    }

    private func names(_ path: String, _ property: String) throws -> [String] {
        let found = try #require(node(path, in: root), "\(path)")
        return try #require(found.child("DFProperties")?.child(property)).children.map(\.name)
    }

    @Test(.enabled(if: ForeignProgram.areExpected("python3")))
    func `expat reads it, and every element stands where the DTD has it`() throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/tree.xml"
        try Data(octets).write(to: URL(fileURLWithPath: file))
        let script = Repository.root.appendingPathComponent("Tests/SealwrightAgentTests/Fixtures/ddf_check.py").path
        let result = try ForeignProgram.run("python3", [script, file])
        #expect(result.succeeded, "\(result)")
        #expect(Int(result.output.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0 > 300, "\(result)")
        // The judge objects to a format that is none.
        let broken = String(decoding: octets, as: UTF8.self).replacing("<DFFormat><int/>", with: "<DFFormat><number/>")
        try Data(broken.utf8).write(to: URL(fileURLWithPath: file))
        #expect(try !ForeignProgram.run("python3", [script, file]).succeeded)
    }

    @Test func `without the namespace of the schema it is the same tree`() throws {
        let plain = String(decoding: try DDFDocument(isQualified: false).serialize(), as: UTF8.self)
        let declaration = " xmlns=\"\(DDFDocument.schemaNamespace)\""
        #expect(!plain.contains(declaration))
        let text = String(decoding: octets, as: UTF8.self)
        #expect(text.contains(declaration) && text.replacing(declaration, with: "") == plain)
    }

    @Test func `the same tree gives the same octets`() throws { #expect(try DDFDocument().serialize() == octets) }

    @Test func `every node of ClientCertificateInstall is there for device and user`() {
        let tops = root.children("Node").filter { $0.child("NodeName")?.text == "ClientCertificateInstall" }
        #expect(tops.map { $0.child("Path")?.text } == ["./Device/Vendor/MSFT", "./User/Vendor/MSFT"])
        func count(_ node: MarkupElement) -> Int { 1 + node.children("Node").map(count).reduce(0, +) }
        #expect(tops.map(count) == [39, 39])
    }

    @Test func `access, format and occurrence are those of the definitions`() throws {
        #expect(try names("ClientCertificateInstall/SCEP/*", "AccessType") == ["Add", "Delete", "Get", "Replace"])
        #expect(try names("ClientCertificateInstall/SCEP/*/Install/Enroll", "DFFormat") == ["null"])
        #expect(try names("RootCATrustedCertificates/Root/*", "AccessType") == ["Delete", "Get"])
        #expect(try names("RootCATrustedCertificates/Root/*/EncodedCertificate", "DFFormat") == ["b64"])
        #expect(try names("DMClient/Provider/*", "Occurrence") == ["ZeroOrMore"])
    }

    @Test func `what Microsoft adds is in its namespace`() throws {
        let scep = try #require(node("ClientCertificateInstall/SCEP/*", in: root)?.child("DFProperties"))
        #expect(scep.child("AtomicRequired", namespace: DDFDocument.namespace) != nil)
        let naming = scep.child("DynamicNodeNaming", namespace: DDFDocument.namespace)
        #expect(naming?.children.map(\.name) == ["ServerGeneratedUniqueIdentifier"])
        let period = try #require(node("CertificateStore/MY/WSTEP/Renew/RenewPeriod", in: root)?.child("DFProperties"))
        let values = try #require(period.child("AllowedValues", namespace: DDFDocument.namespace))
        #expect(values.attribute("ValueType") == "Range")
        #expect(values.child("Value")?.text == "[1-1000]")
    }

    @Test func `secrets that take no command are not described`() {
        let text = String(decoding: octets, as: UTF8.self)
        #expect(!text.contains("AAuthSecret"))
        #expect(text.contains("<NodeName>AAuthName</NodeName>"))
    }
}
