// SPDX-License-Identifier: Apache-2.0

import Configuration
import Foundation
import PKIFormats
import SealwrightCore
import SealwrightNetwork
import SealwrightTesting
import Testing

@testable import SealwrightServer

@Suite("The expiry radar: what is watched elsewhere")
struct ExpiryWatchTests {
    private func failure(of path: String) async -> String? {
        let watch = ExpiryWatch(
            id: .new(milliseconds: 0), place: .file, target: path, createdAt: .init(seconds: 0), createdBy: "test")
        guard case .failure(let failure) = await ExpiryProbing().look(at: watch) else { return nil }
        return failure.reason
    }

    @Test(.timeLimit(.minutes(1)))
    func `only regular files of a bounded size are read, and nothing keeps the server waiting`() async throws {
        try await withTemporaryFolder { folder in
            try #require(mkfifo(folder + "/pipe.pem", 0o600) == 0)
            #expect(await failure(of: folder + "/pipe.pem") == "it is no regular file")
            #expect(await failure(of: "/dev/zero") == "it is no regular file")
            #expect(await failure(of: folder) == "it is no regular file")
            #expect(await failure(of: folder + "/none") == "the file cannot be read: No such file or directory")
            try Data(count: WatchedFile.limit + 1).write(to: URL(fileURLWithPath: folder + "/large.pem"))
            #expect(await failure(of: folder + "/large.pem") == "the file has more than 1048576 bytes")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a pipe that is watched is answered with its failure`() async throws {
        let server = try await RunningServer.start()
        try await withTemporaryFolder { folder in
            try #require(mkfifo(folder + "/pipe", 0o600) == 0)
            let answer = try await server.secure(
                "POST", "/api/v1/expiry/watches", json: "{\"target\":\"\(folder)/pipe\"}")
            #expect(answer.status == 201 && answer.json["failure"] as? String == "it is no regular file")
        }
        await server.stop()
    }

    @Test func `doctor says when the authority ends before what it issues should`() async throws {
        let settings: [String: ConfigContent] = [
            "certificate.validity": .string("4000d"), "certificate.maximum-validity": .string("4000d"),
        ]
        let server = try await RunningServer.start(settings: settings)
        func advice() async -> [Doctor.Finding] {
            await Doctor(middle: server.middle).findings()
                .filter { $0.topic == "authority issuing" && $0.message.contains("4000 days") }
        }
        let found = try #require(await advice().first)
        #expect(found.severity == .warning && found.remedy?.contains("ca rotate --stage") == true)
        _ = try await server.middle.ceremony.stageSuccessor()
        #expect(await advice().first?.remedy?.contains("issuing-2") == true)
        await server.stop()
        let usual = try await RunningServer.shared.value
        #expect(await !Doctor(middle: usual.middle).findings().contains { $0.message.contains("should live") })
    }

    @Test func `what is watched no more is no metric any more, and others stay`() {
        let registry = PrometheusRegistry()
        for name in ["a", "b"] { _ = registry.makeMeter(label: "ends", dimensions: [("name", name)]) }
        _ = registry.makeMeter(label: "other", dimensions: [("name", "a")])
        registry.forgetGauges("ends") { $0.first?.value == "a" }
        #expect(!registry.text().contains("ends{name=\"a\"}"))
        #expect(registry.text().contains("ends{name=\"b\"}") && registry.text().contains("other{name=\"a\"}"))
    }

    @Test(arguments: ["relative.pem", "Proxy.CRT", "certs/proxy", "./a.pfx"])
    func `a path that is not absolute is refused, not taken for a host`(target: String) async throws {
        let server = try await RunningServer.shared.value
        let answer = try await server.secure("POST", "/api/v1/expiry/watches", json: "{\"target\":\"\(target)\"}")
        #expect(answer.status == 400)
        #expect((answer.json["detail"] as? String)?.contains("must be absolute") == true, "\(answer.json)")
    }

    @Test(arguments: ["www.example.test:443", "crt.sh", "[2001:db8::1]:8443", "/etc/ssl/proxy.pem"])
    func `hosts and absolute paths are no relative paths`(target: String) {
        #expect(!ExpiryProbing.isRelativePath(target))
    }
}
