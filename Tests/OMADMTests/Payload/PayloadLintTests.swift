// SPDX-License-Identifier: Apache-2.0

import OMADM
import PKIFormats
import Testing

@Suite("ClientCertificateInstall CSP: what payloads are looked at for")
struct PayloadLintTests {
    private func codes(_ commands: [Command]) -> [PayloadRule] {
        PayloadLint.findings(in: commands).map(\.rule)
    }

    private func scep(_ node: String, _ text: String) throws -> [PayloadRule] {
        codes(Payloads.set(try Payloads.scep().commands(), "Install/" + node, to: text))
    }

    @Test func `what the library builds has no findings`() throws {
        #expect(PayloadLint.findings(in: try Payloads.scep().batch(id: "a", deletingFirst: true)).isEmpty)
        #expect(PayloadLint.findings(in: try Payloads.scep().renewalCommands).isEmpty)
        #expect(PayloadLint.findings(in: Payloads.pfx().batch(id: "a")).isEmpty)
        #expect(PayloadLint.findings(in: Payloads.pfx(isExportable: true).batch(id: "a")).isEmpty)
        #expect(PayloadLint.findings(in: CertificateInstallNode(.scep, uniqueID: "a").statusQuery(id: "q")).isEmpty)
        #expect(PayloadLint.findings(in: FirstSession(providerID: "p", entDMID: "e").questions(id: "q")).isEmpty)
    }

    @Test func `codes are unique and begin alike`() {
        #expect(Set(PayloadRule.allCases.map(\.rawValue)).count == PayloadRule.allCases.count)
        #expect(PayloadRule.allCases.allSatisfy { $0.rawValue.hasPrefix("omadm.lint-") })
    }

    // MARK: The contradictions, in their order

    @Test(arguments: [PFXCertificatePayload.KeyLocation.tpm, .tpmIfPresent, .windowsHello])
    func `1 exportable with another KeyLocation than 3`(location: PFXCertificatePayload.KeyLocation) {
        #expect(codes(Payloads.pfx(location, isExportable: true).commands()).contains(.exportableKeyLocation))
        #expect(!codes(Payloads.pfx(location).commands()).contains(.exportableKeyLocation))
    }

    @Test func `2 exportable left out`() {
        #expect(codes(Payloads.without(Payloads.pfx().commands(), "PFXKeyExportable")) == [.exportableAbsent])
    }

    @Test func `3 the blob before the rest, inside and outside an Atomic`() throws {
        let commands = Payloads.pfx().commands()
        guard case .atomic(var group)? = commands.last, let blob = group.commands.popLast() else {
            Issue.record("the payload is no Atomic")
            return
        }
        group.commands.insert(blob, at: 1)
        let inside = PayloadLint.findings(in: [.atomic(group)])
        #expect(inside.map(\.rule) == [.pfxBlobOrder])
        #expect(inside.first?.severity == .note)
        #expect(PayloadLint.findings(in: group.commands).first?.severity == .error)
        group.commands.append(group.commands.remove(at: 1))
        #expect(PayloadLint.findings(in: group.commands).map(\.severity) == [.warning])
    }

    @Test func `4 and 6 a Delete inside the Atomic, where its 404 is a failure`() throws {
        let commands = try Payloads.scep().commands(deletingFirst: true)
        #expect(codes(commands).isEmpty)
        guard let delete = commands.first, case .atomic(var group)? = commands.last else {
            Issue.record("the payload has no Delete")
            return
        }
        group.commands.insert(delete, at: 0)
        #expect(codes([.atomic(group)]) == [.deleteUniqueID])
    }

    @Test func `5 a UniqueID that is not added`() throws {
        #expect(codes(Payloads.without(try Payloads.scep().commands(), "SCEP/wifi-1")) == [.uniqueIDNotAdded])
    }

    @Test func `7 Replace of the blob of a new UniqueID`() {
        let commands = Payloads.pfx().commands()
        guard case .atomic(var group)? = commands.last, case .add(let blob)? = group.commands.popLast() else {
            Issue.record("the payload is no Atomic")
            return
        }
        group.commands.append(.replace(blob))
        #expect(codes([.atomic(group)]) == [.pfxBlobReplace])
    }

    @Test func `8 the blob in another format, and what is no Base64`() {
        let commands = Payloads.pfx().commands()
        func formatted(_ format: MetaFormat) -> [PayloadRule] {
            codes(
                Payloads.change(commands, "PFXCertBlob") { item in
                    item.meta?.format = format
                    return true
                })
        }
        for format in [MetaFormat.bin, .b64, .chr] { #expect(formatted(format).isEmpty) }
        #expect(formatted(.xml) == [.pfxBlobFormat])
        #expect(codes(Payloads.set(commands, "PFXCertBlob", to: "*")) == [.pfxBlobFormat])
        #expect(codes(Payloads.set(commands, "PFXCertBlob", to: "MAMC\nAQM=\n")).isEmpty)
    }

    @Test func `9 to 12 challenge, thumbprint, EKUMapping and ValidPeriodUnits`() throws {
        #expect(try scep("Challenge", "c2VjcmV0LTE=") == [.challengeEncoding])
        #expect(try scep("Challenge", "1234CB055B7EBF384A9486A22B7559A5").isEmpty)
        #expect(try scep("CAThumbprint", "12345087E648875D1DF5D9F9FF89DD10") == [.caThumbprint])
        #expect(try scep("CAThumbprint", "01 23 45 67 89 ab cd ef 01 23 45 67 89 ab cd ef 01 23 45 67").isEmpty)
        #expect(try scep("EKUMapping", "160") == [.ekuMapping])
        #expect(try scep("EKUMapping", "1.3.6.1.5.5.7.3.2,1.3.6.1.5.5.7.3.4") == [.ekuMapping])
        var payload = try Payloads.scep()
        payload.validPeriod = .years
        payload.validPeriodUnits = 1
        let commands = Payloads.change(payload.commands(), "ValidPeriodUnits") { item in
            item.meta?.format = .chr
            return true
        }
        #expect(codes(commands) == [.validPeriod])
        #expect(codes(Payloads.set(payload.commands(), "ValidPeriod", to: "days")) == [.validPeriod])
    }

    @Test func `13 and 14 a result that is written, and one that is asked for too early`() throws {
        let commands = try Payloads.scep().commands()
        let status = Payloads.root + "SCEP/wifi-1/Status"
        #expect(codes(commands + [Batches.add(status, "1", .int)]) == [.readOnlyNode])
        #expect(codes(commands + Batches.get("a", status).commands) == [.statusTooEarly])
        #expect(codes(Batches.get("a", status).commands + commands).isEmpty)
    }

    @Test func `15 and 16 a RetryDelay of 0, and a Delete that only some releases know`() throws {
        var payload = try Payloads.scep()
        payload.retryDelay = 0
        #expect(codes(payload.commands()) == [.retryDelay])
        let delete = Command.delete(
            Command.Delete(
                cmdID: nil, items: [Item(target: Location(Payloads.root + "SCEP/a/Install/SubjectName"))]))
        #expect(codes([delete]) == [.deleteLeaf])
    }

    @Test func `17 the published examples`() throws {
        let scep = PayloadLint.findings(in: try SyncBody(parsingExample: SyncMLFixture("seed-scep-example.xml").octets))
        #expect(
            Set(scep.map(\.rule)) == [.templatePlaceholder, .caThumbprint, .weakAlgorithm], "\(scep)")
        #expect(scep.first?.severity == .error)
        let pfx = PayloadLint.findings(in: try SyncBody(parsingExample: SyncMLFixture("seed-pfx-example.xml").octets))
        #expect(
            Set(pfx.map(\.rule)) == [
                .exportableKeyLocation, .pfxBlobOrder, .pfxBlobFormat, .pfxPassword, .templatePlaceholder, .userScope,
            ], "\(pfx)")
        #expect(pfx.filter { $0.severity == .error }.count == 3)
    }

    @Test func `18 and 19 both scopes, and a key that TPMs lack`() throws {
        let both = try Payloads.scep().commands() + Payloads.scep("WIFI-1", scope: .user).commands()
        #expect(codes(both) == [.bothScopes, .userScope])
        var payload = try Payloads.scep()
        payload.keyLength = 4096
        #expect(codes(payload.commands()).isEmpty)
        for protection in [SCEPCertificatePayload.KeyProtection.tpm, .tpmIfPresent] {
            payload.keyProtection = protection
            #expect(codes(payload.commands()) == [.tpmKeyLength])
        }
    }

    @Test func `20 families of digests`() throws {
        #expect(try scep("HashAlgorithm", "SHA-1+SHA-2").isEmpty)
        #expect(try scep("HashAlgorithm", "SHA-1;SHA-2") == [.hashAlgorithm])
        #expect(try scep("HashAlgorithm", "SHA-256") == [.hashAlgorithm])
        #expect(try scep("HashAlgorithm", "SHA-3") == [.hashAlgorithm])
        #expect(try scep("HashAlgorithm", "SHA-1") == [.weakAlgorithm])
    }

    // MARK: The checklist

    @Test(arguments: [
        "ServerURL", "Challenge", "EKUMapping", "KeyUsage", "SubjectName", "KeyLength", "HashAlgorithm", "CAThumbprint",
    ])
    func `a mandatory node that is absent or empty`(node: String) throws {
        let commands = try Payloads.scep().commands()
        #expect(codes(Payloads.without(commands, "Install/" + node)) == [.missingNode])
        #expect(codes(Payloads.set(commands, "Install/" + node, to: "")) == [.missingNode])
    }

    @Test func `a PFX without KeyLocation or without the blob`() {
        let commands = Payloads.pfx().commands()
        #expect(codes(Payloads.without(commands, "KeyLocation")) == [.missingNode])
        #expect(codes(Payloads.without(commands, "PFXCertBlob")) == [.missingNode])
    }

    @Test func `numbers out of their range`() throws {
        #expect(try scep("KeyUsage", "64") == [.value])
        #expect(try scep("KeyUsage", "0x80").isEmpty)
        #expect(try scep("KeyUsage", "digital") == [.format])
        #expect(try scep("KeyUsage", "99999999999") == [.format])
        #expect(try scep("KeyLength", "3072") == [.value])
        #expect(try scep("KeyLength", "1024") == [.weakAlgorithm])
        #expect(try scep("KeyProtection", "5") == [.value])
        #expect(codes(Payloads.set(Payloads.pfx().commands(), "KeyLocation", to: "0")).contains(.value))
        #expect(codes(Payloads.set(Payloads.pfx().commands(), "PFXKeyExportable", to: "1")) == [.format])
    }

    @Test func `texts that devices cannot read`() throws {
        #expect(try scep("ServerURL", "ca.example.com/scep") == [.serverURL])
        #expect(try scep("ServerURL", "https://a/b;http://c/d").isEmpty)
        #expect(try scep("ServerURL", "https://a/b/pkiclient.exe") == [.serverURL])
        #expect(try scep("SubjectName", "CN=a+b@example.com") == [.subjectName])
        #expect(try scep("SubjectName", "CN=Doe\\, John") == [.subjectName])
        #expect(try scep("SubjectName", "CN=\"Doe, John\"").isEmpty)
        var payload = try Payloads.scep()
        for (name, isFine) in [
            (AlternativeName(.ipAddress, "192.0.2.1"), true), (AlternativeName(.ipAddress, "host"), false),
            (AlternativeName(.registeredID, "x"), false), (AlternativeName(.dnsName, "a;b"), false),
            (AlternativeName(.directoryName, "CN=a"), true), (AlternativeName(.guid, "x"), false),
        ] {
            payload.subjectAlternativeNames = [name]
            #expect(codes(payload.commands()) == (isFine ? [] : [.alternativeNames]), "\(name)")
        }
    }

    @Test func `Enroll with data, before the end and outside an Atomic`() throws {
        let commands = try Payloads.scep().commands()
        guard case .atomic(var group)? = commands.last, case .exec(var exec)? = group.commands.popLast() else {
            Issue.record("the payload is no Atomic")
            return
        }
        #expect(codes(group.commands + [.exec(exec)]) == [.atomicRequired])
        var first = group
        first.commands.insert(.exec(exec), at: 0)
        #expect(codes([.atomic(first)]) == [.enroll])
        exec.items[0].data = .text("x")
        group.commands.append(.exec(exec))
        #expect(codes([.atomic(group)]) == [.enroll])
    }

    @Test func `Windows Hello needs its container and RSA 2048`() throws {
        var payload = try Payloads.scep()
        payload.keyProtection = .windowsHello
        payload.keyLength = 4096
        #expect(codes(payload.commands()) == [.windowsHello, .windowsHello])
        payload.containerName = "c"
        payload.keyLength = 2048
        #expect(codes(payload.commands()).isEmpty)
    }

    @Test func `what may not stand inside an Atomic`() throws {
        let get = Batches.get("a").commands
        #expect(codes([Batches.atomic(get)]) == [.insideAtomic])
        #expect(codes([Batches.atomic([Batches.atomic([Batches.add("./a", "1")])])]) == [.insideAtomic])
        #expect(codes([Batches.atomic([])]) == [.insideAtomic])
        let replace = Command.replace(
            Command.Edit(cmdID: nil, items: [Item(target: Location("./A"), data: .text("2"))]))
        #expect(codes([Batches.atomic([Batches.add("./a", "1"), replace])]) == [.addThenReplace])
        #expect(codes([Batches.add("./a", "1"), replace]).isEmpty)
        guard case .atomic(let one)? = try Payloads.scep("a").commands().last,
            case .atomic(let other)? = try Payloads.scep("b").commands().last
        else {
            Issue.record("an installation by SCEP does not end with its Atomic")
            return
        }
        #expect(codes([Batches.atomic(one.commands + other.commands)]).contains(.severalInstallations))
    }

    @Test(arguments: ["/a", "a/b", "./a//b", "./a/*", "./a/./b", ""])
    func `addresses that devices refuse`(locURI: String) {
        #expect(codes([Batches.add(locURI, "1")]) == [.locURI])
    }

    @Test func `names, placeholders, queries and nodes that are not there`() throws {
        #expect(codes(try Payloads.scep("a b").commands()) == [.uniqueID])
        #expect(codes(try Payloads.scep(String(repeating: "a", count: 65)).commands()) == [.uniqueID])
        #expect(codes([Batches.add("./Vendor/MSFT/{UniqueID}", "1")]) == [.templatePlaceholder])
        #expect(codes(Batches.get("a", "./DevDetail?list=Struct").commands) == [.query])
        #expect(codes([Batches.add("./" + String(repeating: "a", count: 2048), "1")]) == [.locURI])
        #expect(codes([Batches.add(Payloads.root + "SCEP/a/KeyUsage", "160", .int)]) == [.unknownNode])
        #expect(codes([Batches.add(Payloads.root + "SCEP/a/Install/Enroll", "")]) == [.readOnlyNode])
    }

    @Test func `trusted certificates are one Base64 text, and roots are for the device`() {
        let root = "./Device/Vendor/MSFT/RootCATrustedCertificates/"
        let leaf = "/\(Payloads.thumbprint)/EncodedCertificate"
        #expect(codes([Batches.add(root + "Root" + leaf, "AAAA", .b64)]) == [.trustedCertificate])
        #expect(codes([Batches.add(root + "Root" + leaf, "*", .b64)]) == [.trustedCertificate])
        let right = TrustedRootPayload(.ca, encoded: [1, 2, 3])
        #expect(codes(right.commands).isEmpty)
        #expect(codes(TrustedRootPayload(.root, scope: .user, encoded: [1, 2, 3]).commands) == [.trustedCertificate])
        let broken = Payloads.set(right.commands, "EncodedCertificate", to: "AQ\nID")
        #expect(codes(broken) == [.trustedCertificate])
    }

    @Test func `a root behind the enrolment that needs it is told`() throws {
        let root = TrustedRootPayload(.root, encoded: [1, 2, 3]).commands
        let scep = try Payloads.scep().commands()
        #expect(codes(root + scep).isEmpty)
        #expect(codes(scep + root) == [.rootAfterEnrollment])
    }

    @Test func `renewal settings outside an Atomic, out of range and against each other`() throws {
        let root = "./Device/Vendor/MSFT/CertificateStore/MY/WSTEP/Renew/"
        let period = Batches.add(root + "RenewPeriod", "7", .int)
        #expect(codes([period]) == [.atomicRequired])
        #expect(codes([Batches.atomic([period, Batches.add(root + "RetryInterval", "8", .int)])]) == [.renewSettings])
        #expect(codes([Batches.atomic([Batches.add(root + "RenewPeriod", "0", .int)])]) == [.renewSettings])
    }

    @Test func `a finding has its words and no secret`() throws {
        var payload = Payloads.pfx(.tpm, isExportable: true)
        payload.password = .encrypted("hush*hush", store: "")
        let commands =
            payload.commands() + Payloads.set(try Payloads.scep().commands(), "Challenge", to: "aHVzaGh1c2g=")
        let findings = PayloadLint.findings(in: commands)
        #expect(findings.count >= 5)
        #expect(findings.map(\.severity) == findings.map(\.severity).sorted(by: >))
        for finding in findings {
            #expect(finding.message.hasSuffix(".") && finding.fix.hasSuffix("."))
            #expect(!"\(finding)".contains("hush") && !"\(finding)".contains("aHVz"))
        }
    }
}
