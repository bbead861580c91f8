// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import SealwrightAgent
import SealwrightTesting
import Testing

@Suite("ClientCertificateInstall: PFXCertInstall", .enabled(if: OpenSSL.isInstalled))
struct PFXCertInstallTests {
    let material: OpenSSLMaterial
    var agent: TestAgent

    init() throws {
        material = try OpenSSLMaterial.shared.get()
        agent = try TestAgent()
    }

    private func store(_ name: StoreName, _ scope: ManagementScope = .device) -> CertificateStore {
        agent.store.state.store(StoreLocation(scope, name))
    }

    @Test mutating func `key and certificate go to my, the authority to ca, the root nowhere`() throws {
        let answer = try agent.send([
            .atomic("a", Command.pfx("one", material.rsa.pfx, password: material.rsa.password))
        ])
        #expect(answer.code("a") == 200)
        #expect(store(.my).entries.keys.map(\.text) == [material.rsa.thumbprint])
        #expect(store(.ca).certificates.map(\.encoded) == [material.authority])
        #expect(store(.root).entries.isEmpty)
        let entry = try #require(store(.my).entries.values.first)
        #expect(entry.hasKey)
        #expect(entry.isKeyExportable)
    }

    @Test mutating func `device and user get their own, in one message`() throws {
        let device = Command.pfx("one", material.rsa.pfx, password: material.rsa.password)
        let user = Command.pfx(
            "one", material.other.pfx, password: material.other.password, isUser: true,
            verb: { .add("u" + $0, $1, $2, isUser: $3) })
        let answer = try agent.send([.atomic("a", device), .atomic("b", user)])
        #expect(answer.code("a") == 200)
        #expect(answer.code("b") == 200)
        #expect(store(.my).entries.keys.map(\.text) == [material.rsa.thumbprint])
        #expect(store(.my, .user("alice")).entries.keys.map(\.text) == [material.other.thumbprint])
    }

    @Test mutating func `what two UniqueIDs installed stays until both are gone`() throws {
        for id in ["one", "two"] {
            _ = try agent.send([.atomic(id, Command.pfx(id, material.rsa.pfx, password: material.rsa.password))])
        }
        _ = try agent.send([.delete("d", "PFXCertInstall/one")])
        #expect(store(.my).entries.count == 1)
        #expect(store(.ca).entries.count == 1)
        _ = try agent.send([.delete("d", "PFXCertInstall/two")])
        #expect(store(.my).entries.isEmpty)
        #expect(store(.ca).entries.isEmpty)
    }

    @Test mutating func `what an administrator put there stays when a UniqueID goes`() throws {
        _ = try agent.store.importFile(material.authority, into: StoreLocation(.device, .ca))
        _ = try agent.send([.atomic("a", Command.pfx("one", material.rsa.pfx, password: material.rsa.password))])
        _ = try agent.send([.delete("d", "PFXCertInstall/one")])
        #expect(store(.ca).certificates.map(\.encoded) == [material.authority])
    }

    @Test(arguments: [
        ["-certpbe", "AES-256-CBC", "-keypbe", "AES-256-CBC", "-macalg", "sha256"],
        ["-legacy", "-certpbe", "PBE-SHA1-RC2-40", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1"],
        ["-legacy", "-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1"],
    ])
    mutating func `files of old and new Windows are read`(options: [String]) throws {
        let pfx = try export(material.rsa, ["-passout", "pass:secret"] + options)
        let answer = try agent.send([.atomic("a", Command.pfx("one", pfx, password: "secret"))])
        #expect(answer.code("a") == 200)
        #expect(try agent.value("PFXCertInstall/one/Thumbprint") == material.rsa.thumbprint)
    }

    @Test mutating func `without a password node, none and the empty one are tried`() throws {
        let pfx = try export(material.rsa, ["-passout", "pass:"])
        let answer = try agent.send([.atomic("a", Command.pfx("one", pfx, password: nil))])
        #expect(answer.code("a") == 200)
    }

    @Test(arguments: [[], ["-keyopt", "rsa_padding_mode:oaep"]], ["-aes-256-cbc", "-aes-128-cbc", "-des3"])
    mutating func `a password encrypted to the management certificate is decrypted`(
        options: [String], cipher: String
    ) throws {
        try agent.store.setManagementCertificate(material.rsa.certificate, key: material.rsa.key)
        let password = try encrypt(Array(material.other.password.utf8), [cipher] + options)
        let block = Command.pfx(
            "one", material.other.pfx, password: password, more: [("PFXCertPasswordEncryptionType", "1")])
        #expect(try agent.send([.atomic("a", block)]).code("a") == 200)
    }

    @Test(arguments: [true, false])
    mutating func `a password encrypted to a certificate of a store is decrypted, in UTF-16 too`(isWide: Bool) throws {
        let text = "wide one"
        let octets =
            isWide ? text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] } + [0, 0] : Array(text.utf8) + [0]
        let pfx = try export(material.other, ["-passout", "pass:\(text)"])
        _ = try agent.send([.atomic("a", Command.pfx("own", material.rsa.pfx, password: material.rsa.password))])
        let block = Command.pfx(
            "one", pfx, password: try encrypt(octets, ["-aes-256-cbc"]),
            more: [("PFXCertPasswordEncryptionType", "2"), ("PFXCertPasswordEncryptionStore", "My")])
        #expect(try agent.send([.atomic("b", block)]).code("b") == 200)
    }

    @Test(arguments: [
        ("1", nil, false, HResult.noDecryptCertificate), ("2", nil, true, .invalidParameter),
        ("2", "NoSuchStore", true, .notFound), ("2", "Root", true, .noDecryptCertificate),
    ])
    mutating func `a password that nothing decrypts fails with its reason`(
        type: String, store: String?, hasCertificate: Bool, result: HResult
    ) throws {
        if hasCertificate { try agent.store.setManagementCertificate(material.rsa.certificate, key: material.rsa.key) }
        let password = try encrypt([0x61], ["-aes-256-cbc"])
        var more = [("PFXCertPasswordEncryptionType", type)]
        if let store { more.append(("PFXCertPasswordEncryptionStore", store)) }
        let block = Command.pfx("one", material.other.pfx, password: password, more: more)
        #expect(try agent.send([.atomic("a", block)]).code("a") == 507)
        #expect(try agent.value("PFXCertInstall/one/Status") == result.decimal)
    }

    @Test mutating func `in production a secret is not told, and the blob is gone once it was used`() throws {
        let files = MemoryFiles()
        agent = try TestAgent(files, policy: AgentPolicy())
        let base64 = Base64.encode(material.rsa.pfx)
        _ = try agent.send([.add("p", "PFXCertInstall/one/PFXCertPassword", material.rsa.password)])
        #expect(try agent.value("PFXCertInstall/one/PFXCertPassword")?.isEmpty == true)
        _ = try agent.send([
            .atomic(
                "a",
                [
                    .add("1", "PFXCertInstall/one/KeyLocation", "3"),
                    .add("2", "PFXCertInstall/one/PFXCertBlob", base64),
                ])
        ])
        #expect(try agent.value("PFXCertInstall/one/PFXCertBlob")?.isEmpty == true)
        #expect(try agent.value("PFXCertInstall/one/Status") == "0")
        let state = String(decoding: try #require(try files.contents("state.json")), as: UTF8.self)
        #expect(!state.contains(base64.prefix(64)))
        #expect(try agent.send([.add("b", "PFXCertInstall/one/PFXCertBlob", base64)]).code("b") == 418)
    }

    @Test(arguments: [AgentPolicy(), .conformance])
    mutating func `a blob alone replaces what is installed, under the password that was set before`(
        policy: AgentPolicy
    ) throws {
        let files = MemoryFiles()
        agent = try TestAgent(files, policy: policy)
        let password = "kept for the next one"
        let first = try export(material.rsa, ["-passout", "pass:\(password)"])
        let second = try export(material.other, ["-passout", "pass:\(password)"])
        _ = try agent.send([.atomic("a", Command.pfx("one", first, password: password))])
        let answer = try agent.send([.replace("r", "PFXCertInstall/one/PFXCertBlob", Base64.encode(second))])
        #expect(answer.code("r") == 200)
        #expect(try agent.value("PFXCertInstall/one/Thumbprint") == material.other.thumbprint)
        #expect(store(.my).entries.keys.map(\.text) == [material.other.thumbprint])
        let told = try agent.value("PFXCertInstall/one/PFXCertPassword")
        #expect(told == (policy.secrets == .redacted ? "" : password))
        let all = try agent.send([.get("t", "PFXCertInstall?list=StructData")])
        #expect("\(all.message)".contains(password) == (policy.secrets == .readable))
        _ = try agent.send([.delete("d", "PFXCertInstall/one")])
        let state = String(decoding: try #require(try files.contents("state.json")), as: UTF8.self)
        #expect(!state.contains(password))
    }

    @Test mutating func `only a key that may be exported is given away`() throws {
        let block = Command.pfx(
            "one", material.rsa.pfx, password: material.rsa.password, more: [("PFXKeyExportable", "false")])
        _ = try agent.send([.atomic("a", block)])
        let reference = StoreReference(StoreLocation(.device, .my), try #require(Thumbprint(material.rsa.thumbprint)))
        #expect(throws: AgentError.self) { try agent.store.exportKey(of: reference) }
        _ = try agent.send([.delete("d", "PFXCertInstall/one")])
        _ = try agent.send([.atomic("b", Command.pfx("one", material.rsa.pfx, password: material.rsa.password))])
        #expect(try agent.store.exportKey(of: reference) == material.rsa.key)
    }

    @Test(arguments: [AgentPolicy.ExportableRule.documented, .effective])
    mutating func `the published example ends as the rule for exportable keys says`(
        rule: AgentPolicy.ExportableRule
    ) throws {
        var policy = AgentPolicy.conformance
        policy.exportable = rule
        agent = try TestAgent(policy: policy)
        // The example's certificate for the password is in the user's own store.
        _ = try agent.send([
            .atomic("a", Command.pfx("own", material.rsa.pfx, password: material.rsa.password, isUser: true))
        ])
        let text = String(decoding: try fixture("pfx-example.xml"), as: UTF8.self)
            .replacing("Base64_Encode_Cert_Blob", with: Base64.encode(material.other.pfx))
            .replacing(
                "Base64Encoded_Encrypted_Password_Blog",
                with: try encrypt(Array(material.other.password.utf8), ["-aes-256-cbc"]))
        let body = try SyncBody(parsingExample: Array(text.utf8))
        let answer = try agent.send(body.commands)
        let status = try agent.value(
            "PFXCertInstall/813A171D7341E1DA90D4A01878DD5328D351900C/Status", isUser: true)
        #expect(answer.commandCodes.first == 404)
        if rule == .documented {
            #expect(answer.commandCodes == [404, 507, 216, 500, 215, 215, 215, 215])
            #expect(status == "-2146893783")
        } else {
            #expect(answer.commandCodes == [404, 200, 200, 200, 200, 200, 200, 200])
            #expect(status == "0")
        }
    }

    /// A PKCS#12 of openssl.
    private func export(_ leaf: OpenSSLMaterial.Leaf, _ options: [String]) throws -> [UInt8] {
        let openssl = try OpenSSL()
        try openssl.write(
            Array(PEM.encode(PrivateKeyInfo(leaf.key).derBytes, label: "PRIVATE KEY").utf8), to: "key.pem")
        try openssl.write(Array(PEM.encode(leaf.certificate, label: "CERTIFICATE").utf8), to: "leaf.pem")
        let result = try openssl.run(
            ["pkcs12", "-export", "-inkey", "key.pem", "-in", "leaf.pem", "-iter", "10", "-out", "out.p12"] + options)
        try #require(result.status == 0, "\(result.output)")
        return try openssl.read("out.p12")
    }

    /// An EnvelopedData of openssl to the RSA certificate, in Base64.
    private func encrypt(_ octets: [UInt8], _ options: [String]) throws -> String {
        let openssl = try OpenSSL()
        try openssl.write(octets, to: "in.bin")
        try openssl.write(Array(PEM.encode(material.rsa.certificate, label: "CERTIFICATE").utf8), to: "to.pem")
        let keyOptions = Array(options.dropFirst())
        let result = try openssl.run(
            [
                "cms", "-encrypt", "-binary", "-in", "in.bin", "-outform", "DER", "-out", "out.der", options[0],
                "-recip", "to.pem",
            ]
                + keyOptions)
        try #require(result.status == 0, "\(result.output)")
        return Base64.encode(try openssl.read("out.der"))
    }
}
