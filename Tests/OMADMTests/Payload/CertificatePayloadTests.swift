// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import SealwrightTesting
import Testing

@Suite("ClientCertificateInstall CSP: payloads")
struct CertificatePayloadTests {
    @Test func `a SCEP payload is one Atomic that begins with the node and ends with Enroll`() throws {
        var payload = try Payloads.scep()
        payload.retryDelay = 2
        payload.subjectAlternativeNames = [
            AlternativeName(.rfc822Name, "a@example.com"), AlternativeName(.userPrincipalName, "a+b@example.com"),
        ]
        payload.hashAlgorithms = [.sha1, .sha2]
        let node = Payloads.root + "SCEP/wifi-1"
        #expect(
            payload.commands(deletingFirst: true).flatMap(\.shown) == [
                "Delete \(node)", "Atomic(", "Add \(node) node",
                "Add \(node)/Install/ServerURL chr https://ca.example.com/scep",
                "Add \(node)/Install/Challenge chr challenge-1",
                "Add \(node)/Install/EKUMapping chr 1.3.6.1.5.5.7.3.2", "Add \(node)/Install/KeyUsage int 160",
                "Add \(node)/Install/SubjectName chr CN=PC 1,O=Example", "Add \(node)/Install/KeyProtection int 3",
                "Add \(node)/Install/RetryDelay int 2", "Add \(node)/Install/KeyLength int 2048",
                "Add \(node)/Install/HashAlgorithm chr SHA-1+SHA-2",
                "Add \(node)/Install/CAThumbprint chr \(Payloads.thumbprint)",
                "Add \(node)/Install/SubjectAlternativeNames chr 2+a@example.com;11+a+b@example.com",
                "Exec \(node)/Install/Enroll", ")",
            ])
        #expect(payload.batch(id: "a").toleratedCodes.isEmpty)
        #expect(payload.batch(id: "a", deletingFirst: true).toleratedCodes == [.notFound])
    }

    @Test func `the address of an installation's own node names it, in any case of letters, and no other does`() {
        let named: [(String, CertificateInstallNode)] = [
            ("./Device/Vendor/MSFT/ClientCertificateInstall/SCEP/wifi-1", .init(.scep, uniqueID: "wifi-1")),
            ("./vendor/msft/clientcertificateinstall/scep/WiFi%2D1", .init(.scep, uniqueID: "WiFi-1")),
            (
                "./User/Vendor/MSFT/ClientCertificateInstall/PFXCertInstall/a",
                .init(.pfx, scope: .user, uniqueID: "a")
            ),
            ("./Vendor/MSFT/CertificateStore/MY/SCEP/a", .init(.scep, uniqueID: "a")),
        ]
        for (locURI, node) in named { #expect(CertificateInstallNode(locURI: locURI) == node, "\(locURI)") }
        for other in [
            "", "/", "./Vendor/MSFT/ClientCertificateInstall/SCEP",
            "./Vendor/MSFT/ClientCertificateInstall/SCEP/a/Install",
            "./Vendor/MSFT/ClientCertificateInstall/SCEP/a?list=Struct", "./Vendor/MSFT/CertificateStore/MY/User/a",
        ] {
            #expect(CertificateInstallNode(locURI: other) == nil, "\(other)")
        }
    }

    @Test func `every Install node can be set`() throws {
        var payload = try Payloads.scep(scope: .user)
        payload.keyProtection = .windowsHello
        payload.retryDelay = 1
        payload.retryCount = 5
        payload.templateName = "1.2.3"
        payload.subjectAlternativeNames = [AlternativeName(.dnsName, "a.example")]
        payload.validPeriod = .years
        payload.validPeriodUnits = 1
        payload.containerName = "c"
        payload.customTextToShowInPrompt = "PIN"
        payload.aadKeyIdentifierList = ["a", "b"]
        payload.attestPrivateKey = .bestEffort
        let commands = payload.commands().flatMap(\.shown)
        // Of the 20 leaves of Install, all but Enroll are Adds; the UniqueID is one more.
        #expect(commands.filter { $0.hasPrefix("Add ") }.count == 20)
        #expect(commands.contains { $0.hasSuffix("/Install/AADKeyIdentifierList chr a;b") })
        #expect(commands.dropFirst().dropLast().allSatisfy { $0.contains(" ./User/Vendor/MSFT/") })
        #expect(payload.batch(id: "a").needsUser)
        let renewal = payload.renewalCommands.flatMap(\.shown)
        #expect(renewal.filter { $0.hasPrefix("Replace ") }.count == 19)
        #expect(renewal.dropLast().last?.hasPrefix("Exec ") == true)
    }

    @Test func `a PFX payload deletes, then adds everything in one Atomic with the blob last`() throws {
        let node = Payloads.root + "PFXCertInstall/" + Payloads.thumbprint
        #expect(
            Payloads.pfx().commands().flatMap(\.shown) == [
                "Delete \(node)", "Atomic(", "Add \(node) node", "Add \(node)/KeyLocation int 3",
                "Add \(node)/PFXCertPassword chr password-1", "Add \(node)/PFXCertPasswordEncryptionType int 0",
                "Add \(node)/PFXKeyExportable bool false", "Add \(node)/PFXCertBlob chr MAMCAQM=", ")",
            ])
        var payload = Payloads.pfx(.windowsHello)
        payload.containerName = "c"
        payload.password = .encrypted("AAAA", store: "My")
        let shown = payload.commands(deletingFirst: false).flatMap(\.shown)
        #expect(shown.contains("Add \(node)/PFXCertPasswordEncryptionType int 2"))
        #expect(shown.contains("Add \(node)/PFXCertPasswordEncryptionStore chr My"))
        #expect(shown.contains("Add \(node)/ContainerName chr c"))
        payload.password = .absent
        let open = payload.commands().flatMap(\.shown).joined(separator: "\n")
        #expect(!open.contains("Password"))
    }

    @Test func `a UniqueID with other characters is encoded in its address`() throws {
        let installation = CertificateInstallNode(.scep, uniqueID: "a b/c")
        #expect(installation.locURI == Payloads.root + "SCEP/a%20b%2Fc")
        #expect(
            installation.statusQuery(id: "q").commands.flatMap(\.shown) == [
                "Get \(installation.locURI)/Status", "Get \(installation.locURI)/ErrorCode",
                "Get \(installation.locURI)/CertThumbprint", "Get \(installation.locURI)/RespondentServerUrl",
            ])
        #expect(installation.removal(id: "r").commands.flatMap(\.shown) == ["Delete \(installation.locURI)"])
    }

    // MARK: Status

    @Test(arguments: [
        ("1", CertificateInstallationStatus.State.finished), ("2", .pending), ("16", .failed), ("32", .unknown),
        ("7", .other(7)),
    ])
    func `the Status of a SCEP enrolment is read`(text: String, state: CertificateInstallationStatus.State) throws {
        let installation = CertificateInstallNode(.scep, uniqueID: "a")
        let query = installation.statusQuery(id: "q")
        let outcome = Payloads.outcome(query, ["Status": text, "CertThumbprint": "", "RespondentServerUrl": ""])
        #expect(outcome.isSuccess)
        let status = try #require(CertificateInstallationStatus(outcome, of: installation))
        #expect(status.state == state)
        #expect(status.errorCode == nil)
        #expect(status.thumbprint == nil)
        #expect(status.respondentServerURL == nil)
    }

    @Test(arguments: ["-2145845048", "2149122248", "0x801900c8", "0x801900C8"])
    func `an HRESULT is read signed, unsigned and in hexadecimal`(text: String) throws {
        let installation = CertificateInstallNode(.scep, uniqueID: "a")
        let outcome = Payloads.outcome(installation.statusQuery(id: "q"), ["Status": "16", "ErrorCode": text])
        #expect(CertificateInstallationStatus(outcome, of: installation)?.errorCode == 0x8019_00C8)
    }

    @Test func `installed is what is finished with the thumbprint that was issued`() throws {
        let installation = CertificateInstallNode(.scep, uniqueID: "a")
        let query = installation.statusQuery(id: "q")
        let spaced = "01 23:45 67 89 ab cd ef 01 23 45 67 89 ab cd ef 01 23 45 67"
        let done = Payloads.outcome(query, ["Status": "1", "ErrorCode": "0", "CertThumbprint": spaced])
        let status = try #require(CertificateInstallationStatus(done, of: installation))
        #expect(status.isInstalled(Payloads.thumbprint))
        #expect(status.isInstalled(Payloads.thumbprint.lowercased()))
        #expect(!status.isInstalled(String(Payloads.thumbprint.reversed())))
        #expect(!status.isInstalled(""))
        let gone = Payloads.outcome(query, ["Status": "1", "CertThumbprint": ""])
        #expect(CertificateInstallationStatus(gone, of: installation)?.isInstalled(Payloads.thumbprint) == false)
        let pending = Payloads.outcome(query, ["Status": "2", "CertThumbprint": Payloads.thumbprint])
        #expect(CertificateInstallationStatus(pending, of: installation)?.isInstalled(Payloads.thumbprint) == false)
        #expect(CertificateInstallationStatus(Payloads.outcome(query, [:]), of: installation) == nil)
    }

    @Test func `the Status of a PFX is 0 or why its import failed`() throws {
        let payload = Payloads.pfx()
        let query = payload.installation.statusQuery(id: "q")
        let done = Payloads.outcome(query, ["Status": "0", "Thumbprint": Payloads.thumbprint])
        let status = try #require(CertificateInstallationStatus(done, of: payload.installation))
        #expect(status.isInstalled(Payloads.thumbprint))
        let failed = Payloads.outcome(query, ["Status": "-2146893783"])
        let failure = try #require(CertificateInstallationStatus(failed, of: payload.installation))
        #expect(failure.state == .failed)
        #expect(failure.errorCode == 0x8009_0029)
    }

    // MARK: On the wire

    @Test(.enabled(if: ForeignProgram.areExpected("python3")))
    func `expat reads from the wire what the payload says`() throws {
        var payload = try Payloads.scep()
        payload.challenge = "a<b>&\"c\" ]]> é"
        var device = ScriptedDevice()
        _ = try device.send(ScriptedDevice.firstPackage())
        let message = device.session.answer(sending: [payload.batch(id: "a", deletingFirst: true)]).message
        let program = """
            import sys, xml.etree.ElementTree as tree
            s, m = "{SYNCML:SYNCML1.2}", "{syncml:metinf}"
            root = tree.fromstring(bytes.fromhex(sys.stdin.read()))
            body = root.find(s + "SyncBody")
            ids = [e.text for e in body.iter(s + "CmdID")]
            assert len(ids) == len(set(ids)), ids
            for command in body.find(s + "Atomic").iter(s + "Add"):
                item = command.find(s + "Item")
                data = item.find(s + "Data")
                print(item.find(s + "Target/" + s + "LocURI").text, item.find(s + "Meta/" + m + "Format").text,
                    (data.text if data is not None else "").encode().hex())
            """
        let result = try ForeignProgram.run("python3", ["-c", program], input: Hex.encode(message.serialize()))
        let adds = payload.commands().flatMap(\.withAdds)
        let expected = adds.map { item in
            [
                item.target?.locURI ?? "", item.meta?.format?.rawValue ?? "",
                Hex.encode(Array((item.data?.text ?? "").utf8)),
            ].joined(separator: " ")
        }
        #expect(expected.count == 10)
        #expect(result.output.split(separator: "\n").map { $0.trimmingSuffix } == expected.map { $0.trimmingSuffix })
    }
}

extension Command {
    /// The items of the Adds inside an Atomic.
    fileprivate var withAdds: [Item] {
        guard case .atomic(let group) = self else { return [] }
        return group.commands.filter { $0.name == "Add" }.flatMap(\.items)
    }
}

extension StringProtocol {
    /// The text without spaces at its end.
    fileprivate var trimmingSuffix: String {
        var text = String(self)
        while text.last == " " { text.removeLast() }
        return text
    }
}
