// SPDX-License-Identifier: Apache-2.0

import OMADM
import PKIFormats
import SealwrightAgent
import Testing

@Suite("DMClient, DMAcc, DevInfo and DevDetail")
struct DMClientTests {
    var agent: TestAgent

    init() throws { agent = try TestAgent() }

    private static let provider = "./Vendor/MSFT/DMClient/Provider/MS%20Server/"

    private func document() throws -> ProvisioningDocument {
        var client = DMClientSettings(providerID: "MS Server", entDeviceName: "pc-1")
        client.syncApplicationVersion = "1.0"
        return ProvisioningDocument(
            certificates: [], renew: try RenewSettings(renewPeriod: 30, retryInterval: 4),
            account: ManagementAccount(
                providerID: "MS Server", name: "Management", address: try ServiceURL(parsing: "https://mdm.example/dm"),
                searchCriteria: CertificateSearchCriteria(subjects: ["CN=pc-1"], stores: ["My\\User"]),
                authentication: [
                    ApplicationAuthentication(.applicationServer, name: "pc-1", secret: "the secret", nonce: [1]),
                    ApplicationAuthentication(.client, name: "server", secret: "the other secret", nonce: [2]),
                ]),
            dmClient: client)
    }

    @Test mutating func `enrolment fills the nodes that its document is about`() throws {
        try agent.store.provision(try document(), isFederated: true)
        #expect(try agent.value("./Vendor/MSFT/DMClient/Provider") == "MS%20Server")
        #expect(try agent.value(Self.provider + "ManagementServiceAddress") == "https://mdm.example/dm")
        #expect(try agent.value(Self.provider + "EntDeviceName") == "pc-1")
        #expect(try agent.value(Self.provider + "EnrollmentType") == "Device")
        #expect(agent.store.state.pollSchedule == .standard)
        let renew = "./Vendor/MSFT/CertificateStore/MY/WSTEP/Renew/"
        #expect(try agent.value(renew + "RenewPeriod") == "30")
        #expect(try agent.send([.replace("1", renew + "ROBOSupport", "false")]).code("1") == 405)
        #expect(try agent.send([.delete("1", renew + "ROBOSupport")]).code("1") == 405)
    }

    @Test mutating func `the server sets when and where the device asks`() throws {
        #expect(agent.store.state.pollSchedule == nil)
        try agent.store.provision(try document())
        let answer = try agent.send([
            .replace("1", Self.provider + "Poll/IntervalForRemainingScheduledRetries", "1560"),
            .replace("2", Self.provider + "Poll/NumberOfFirstRetries", "-1"),
            .replace("3", Self.provider + "ManagementServiceAddress", "https://new.example/dm"),
            .replace("4", Self.provider + "ManagementServiceAddress", "http://new.example/dm"),
            .replace("5", Self.provider + "SyncApplicationVersion", "2.0"),
            .replace("6", Self.provider + "SyncApplicationVersion", "two"),
        ])
        #expect(answer.commandCodes == [200, 500, 200, 500, 200, 500])
        #expect(agent.store.state.pollSchedule?.remaining.interval == 1_560)
        #expect(agent.store.state.managementServiceAddress == "https://new.example/dm")
    }

    @Test mutating func `without a push service the status says so once a name is set`() throws {
        #expect(try agent.value(Self.provider + "Push/Status") == nil)
        #expect(try agent.send([.replace("1", Self.provider + "Push/PFN", "App_1")]).code("1") == 200)
        #expect(try agent.value(Self.provider + "Push/Status") == "3")
        #expect(try agent.value(Self.provider + "Push/ChannelURI") == nil)
    }

    @Test(arguments: ["./Vendor/MSFT/DMClient/Provider/MS%20Server/Unenroll", "./Vendor/MSFT/DMClient/Unenroll"])
    func `Unenroll ends the session and leaves an order for the service`(path: String) throws {
        let files = MemoryFiles()
        var agent = try TestAgent(files)
        try agent.store.provision(try document())
        let exec = Command.exec(
            Command.Exec(cmdID: "1", items: [Item(target: Location(path), data: .text("MS Server"))]))
        let answer = agent.session.answer(to: agent.message([exec]))
        #expect(answer == nil)
        #expect(agent.store.state.unenrollment?.providerID == "MS Server")
        // As the first versions spelled it, so that an order outlives an update.
        let state = String(decoding: try #require(try files.contents("state.json")), as: UTF8.self)
        #expect(state.contains(#""unenrolment":{"#))
        try agent.store.unenroll()
        #expect(agent.store.state.unenrollment == nil)
        #expect(agent.store.state.account == nil)
        #expect(agent.store.state.pollSchedule == nil)
    }

    @Test mutating func `Unenroll of another server is 404, and of ours in an Atomic that fails nothing`() throws {
        try agent.store.provision(try document())
        #expect(try agent.send([.exec("1", "./Vendor/MSFT/DMClient/Provider/other/Unenroll")]).code("1") == 404)
        let block: [Command] = [.exec("1", Self.provider + "Unenroll"), .get("2", Self.provider + "UPN")]
        #expect(try agent.send([.atomic("a", block)]).commandCodes == [507, 216, 500])
        #expect(agent.store.state.unenrollment == nil)
        #expect(try agent.send([.delete("1", "./Vendor/MSFT/DMClient/Provider/MS%20Server")]).code("1") == 403)
    }

    @Test mutating func `the account is told without its secrets`() throws {
        #expect(try agent.value("./SyncML/DMAcc") == "")
        try agent.store.provision(try document())
        let found = try agent.value("./SyncML/DMAcc")
        let uid = try #require(found)
        #expect(uid.utf8.count == 64)
        let account = "./SyncML/DMAcc/\(uid)"
        #expect(try agent.value(account + "/ServerID") == "MS Server")
        #expect(try agent.value(account + "/AppAddr/1/Addr") == "https://mdm.example/dm")
        #expect(try agent.value(account + "/AppAuth") == "1/2")
        #expect(try agent.value(account + "/AppAuth/2/AAuthName") == "server")
        #expect(try agent.value(account + "/AppAuth/1/AAuthLevel") == "CLCRED")
        #expect(try agent.send([.get("g", account + "/AppAuth/1/AAuthSecret")]).code("g") == 405)
        #expect(try agent.send([.replace("g", account + "/Name", "x")]).code("g") == 405)
        #expect(try agent.send([.get("g", "./SyncML/DMAcc/other/Name")]).code("g") == 404)
        #expect(try agent.send([.get("g", account + "/AppAuth/3")]).code("g") == 404)
        let all = try agent.send([.get("g", "./SyncML/DMAcc?list=StructData")])
        #expect(!"\(all.message)".contains("secret\""))
        #expect(!"\(agent.store.state)".contains("the secret"))
    }

    @Test(arguments: [
        ("https://mdm.example/dm", "443"), ("https://mdm.example:8443/dm?a=b:1", "8443"),
        ("https://[2001:db8::1]/dm", "443"), ("https://[2001:db8::1]:8443", "8443"),
    ])
    mutating func `DMAcc tells the port of the address`(address: String, port: String) throws {
        try agent.store.provision(try document())
        let replaced = try agent.send([.replace("r", Self.provider + "ManagementServiceAddress", address)])
        #expect(replaced.code("r") == 200)
        let uid = try #require(try agent.value("./SyncML/DMAcc"))
        #expect(try agent.value("./SyncML/DMAcc/\(uid)/AppAddr/1/Addr") == address)
        #expect(try agent.value("./SyncML/DMAcc/\(uid)/AppAddr/1/Port/1/PortNbr") == port)
    }

    @Test mutating func `the device describes itself with the facts of the policy`() throws {
        agent.context = ManagementContext(
            policy: Self.described, user: nil, now: TestAgent.now, pool: TestAgent.pool)
        #expect(try agent.value("./DevInfo") == "DevId/Man/Mod/DmV/Lang/Ext")
        #expect(try agent.value("./DevInfo/Man") == "ACME")
        #expect(try agent.value("./DevDetail/SwV") == "12")
        #expect(try agent.value("./DevDetail/LrgObj") == "true")
        #expect(try agent.value("./DevDetail/URI/MaxTotLen") == "2048")
        #expect(try agent.value("./DevDetail/Ext/Microsoft/ProcessorArchitecture") == "9")
        #expect(try agent.value("./DevDetail/Ext/Microsoft/LocalTime") == TestAgent.now.iso8601)
        #expect(try agent.value("./DevDetail/FwV") == nil)
        #expect(try agent.value("./DevDetail/Ext/Microsoft/DeviceName") == "host-1")
        #expect(try agent.send([.replace("1", "./DevDetail/Ext/Microsoft/DeviceName", "desk")]).code("1") == 200)
        #expect(try agent.value("./DevDetail/Ext/Microsoft/DeviceName") == "desk")
        #expect(try agent.send([.replace("1", "./DevDetail/SwV", "13")]).code("1") == 405)
    }

    private static var described: AgentPolicy {
        var policy = AgentPolicy.conformance
        policy.facts = DeviceFacts(system: system, deviceID: "device-1").nodes
        return policy
    }

    private static let system = DeviceFacts.System(
        text: { path in
            [
                "/etc/os-release": "# c\nPRETTY_NAME=\"Debian GNU/Linux 12\"\nVERSION_ID='12'\n",
                "/sys/class/dmi/id/sys_vendor": "ACME\n", "/sys/class/dmi/id/product_name": "To be filled by O.E.M.\n",
                "/etc/default/locale": "LANG=\"de_AT.UTF-8\"\n",
                "/proc/meminfo": "MemFree: 1 kB\nMemTotal:       16384000 kB\n",
                "/etc/machine-id": "0123456789abcdef\n",
            ][path]
        }, hostName: "host-1", machine: "x86_64", kernel: "6.1", storage: (total: 3 << 30, free: 1 << 30))

    @Test func `facts are read from the system, and what vendors leave out is left out`() {
        let nodes = DeviceFacts(system: Self.system).nodes
        #expect(nodes["DevInfo/Mod"] == "x86_64")
        #expect(nodes["DevDetail/Ext/Microsoft/OSPlatform"] == "Debian GNU/Linux 12")
        #expect(nodes["DevDetail/Ext/Microsoft/TotalRAM"] == "16000")
        #expect(nodes["DevDetail/Ext/Microsoft/TotalStorage"] == "3072")
        #expect(nodes["DevInfo/DevId"] == nil)
        #expect(nodes["DevInfo/Lang"] == "de-AT")
        #expect(nodes["DMClient/HWDevID"]?.utf8.count == 64)
        #expect(!nodes.values.contains { $0.contains("0123456789abcdef") }, "the machine's identifier is not told")
    }

    @Test func `this system tells its architecture and kernel`() {
        let nodes = DeviceFacts(system: .current).nodes
        #expect(nodes["DevDetail/SwV"]?.isEmpty == false)
        #expect(nodes["DevDetail/Ext/Microsoft/ProcessorArchitecture"] != nil)
    }
}
