// SPDX-License-Identifier: Apache-2.0

import OMADM

/// Reading and writing messages of OMA-DM: octets to values and back, in one thread.
struct SyncMLChapter {
    /// Messages of one kind that are read and written.
    let rounds: Int

    /// Octets per second that were wanted, by form.
    private static func target(_ form: SyncMLForm) -> Double {
        switch form {
        case .xml: 40
        case .wbxml: 120
        }
    }

    func run(into report: inout Report) throws {
        var findings: [Finding] = []
        for form in SyncMLForm.allCases {
            findings += try measure(Self.package2(commands: 100), "package of 100 commands", form)
            findings += try measure(Self.package3(answers: 100), "answers to 100 commands", form)
        }
        report.add("SyncML, octets to values and back", findings)
    }

    private func measure(_ message: SyncML, _ name: String, _ form: SyncMLForm) throws -> [Finding] {
        let octets = try message.serialize(as: form)
        guard try SyncML(parsing: octets, as: form) == message else {
            throw BenchmarkError("a message came back changed")
        }
        let reading = try rate(octets.count) { _ = try SyncML(parsing: octets, as: form) }
        let writing = try rate(octets.count) { _ = try message.serialize(as: form) }
        let label = "\(name), \(form == .xml ? "XML" : "WBXML") of \(Double(octets.count).grouped) octets"
        let wanted = Self.target(form)
        return [
            .rate("\(label): read", reading, per: "MB/s CPU", atLeast: wanted),
            .rate("\(label): written", writing, per: "MB/s CPU", atLeast: wanted),
            .note("\(label): both, one after the other", "\((1 / (1 / reading + 1 / writing)).grouped) MB/s CPU"),
        ]
    }

    /// Megabytes per second of processor time, the median of several runs.
    private func rate(_ octets: Int, _ body: () throws -> Void) throws -> Double {
        let runs = try (0..<5).map { _ in
            let start = ProcessorTime.ofThread()
            for _ in 0..<rounds { try body() }
            return Double(octets * rounds) / (ProcessorTime.ofThread() - start) / 1e6
        }
        return runs.median
    }

    /// What a server sends: values for the nodes of a CSP.
    private static func package2(commands: Int) -> SyncML {
        let nodes = ["KeyUsage", "KeyLength", "SubjectName", "EKUMapping", "ServerURL", "CAThumbprint"]
        let values = [
            "160", "2048", "CN=device-1", "1.3.6.1.5.5.7.3.2", "https://pki.example.test/scep/default", "0A1B",
        ]
        let adds = (0..<commands).map { index in
            let node = index % nodes.count
            let uri = "./Device/Vendor/MSFT/ClientCertificateInstall/SCEP/wifi-1/Install/\(nodes[node])"
            let item = Item(
                target: Location(uri), meta: Meta(format: node < 2 ? .int : .chr), data: .text(values[node]))
            return Command.add(.init(cmdID: String(index + 2), items: [item]))
        }
        return SyncML(hdr: header, body: SyncBody(commands: [.atomic(.init(cmdID: "1", commands: adds))]))
    }

    /// What a device answers: a Status and Results for each Get.
    private static func package3(answers: Int) -> SyncML {
        let commands = (0..<answers).flatMap { index -> [Command] in
            let item = Item(
                source: Location("./Device/Vendor/MSFT/ClientCertificateInstall/SCEP/wifi-1/Status"),
                meta: Meta(format: .int, type: "text/plain"), data: .text("1"))
            let id = String(index + 1)
            return [
                .status(.init(cmdID: id, msgRef: "1", cmdRef: id, cmd: "Get", code: .ok)),
                .results(.init(cmdID: "\(index + 1 + answers)", msgRef: "1", cmdRef: id, items: [item])),
            ]
        }
        return SyncML(hdr: header, body: SyncBody(commands: commands))
    }

    private static let header = SyncHdr(
        sessionID: "7", msgID: "2", target: Location("urn:uuid:5B9A0E6C-6E0A-4B5E-9F43-0C2D5A7E1F10"),
        source: Location("https://mdm.example.test/ManagementServer/MDM.svc"))
}
