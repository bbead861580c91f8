// SPDX-License-Identifier: Apache-2.0

import Foundation
import OMADM
import SealwrightAgent
import SealwrightTesting
import Testing

@Suite("ClientCertificateInstall: conformance", .enabled(if: OpenSSL.isInstalled))
struct ConformanceTests {
    /// Every case with what is wrong with our agent's answers; run once for all tests that look at it.
    static let results = Result {
        try ConformanceCases(try OpenSSLMaterial.shared.get().conformance).all.map { test in
            (test: test, objections: try ConformanceTests.run(test))
        }
    }

    @Test func `the agent answers every case as it should`() throws {
        let results = try Self.results.get()
        #expect(results.count >= 1_600)
        #expect(Set(results.map(\.test.name)).count == results.count, "names are unique")
        for (_, objections) in results { #expect(objections.isEmpty, "\(objections.joined(separator: "\n"))") }
        Self.printMatrix(results.map(\.test), Self.failed(results))
    }

    /// How many cases of each group our agent failed.
    static func failed(_ results: [(test: ConformanceCase, objections: [String])]) -> [ConformanceCase.Group: Int] {
        let failed = results.filter { !$0.objections.isEmpty }
        return Dictionary(failed.map { ($0.test.group, 1) }, uniquingKeysWith: +)
    }

    @Test func `a device that answers otherwise is found out`() throws {
        let cases = ConformanceCases(try OpenSSLMaterial.shared.get().conformance).all
        // Secrets in production are not told, which the suite asks for.
        let secret = try #require(cases.first { $0.group == .format && $0.name.contains("Challenge as chr") })
        #expect(try !Self.run(secret, policy: AgentPolicy()).isEmpty)
        // Without a user, ./User is refused.
        let user = try #require(cases.first { $0.name.hasPrefix("User: Get PFXCertInstall present") })
        #expect(try !Self.run(user, user: nil).isEmpty)
    }

    @Test func `the agent's own material leaves no case out`() throws {
        let own = ConformanceCases(try ConformanceMaterial.made(pool: TestAgent.pool, at: TestAgent.now)).all
        let whole = ConformanceCases(try OpenSSLMaterial.shared.get().conformance).all
        for group in ConformanceCase.Group.allCases {
            #expect(own.count { $0.group == group } == whole.count { $0.group == group }, "\(group)")
        }
        for test in own where test.group.rawValue.hasPrefix("neighbouring trees") {
            let objections = try Self.run(test)
            #expect(objections.isEmpty, "\(objections.joined(separator: "\n"))")
        }
    }

    static func run(
        _ test: ConformanceCase, policy: AgentPolicy = .conformance, user: String? = "alice"
    ) throws -> [String] {
        let files = MemoryFiles()
        try TestContainer.provision(files)
        var agent = try TestAgent(files, policy: policy, user: user)
        let answers = test.messages(sessionID: "1", device: "device", server: "server").map {
            agent.session.answer(to: $0)
        }
        return test.objections(to: answers)
    }

    private static func printMatrix(_ cases: [ConformanceCase], _ failed: [ConformanceCase.Group: Int]) {
        for group in ConformanceCase.Group.allCases {
            let count = cases.count { $0.group == group }
            let name = group.rawValue.padding(toLength: 60, withPad: " ", startingAt: 0)
            print("conformance | \(name) | \(count) cases | \(failed[group] ?? 0) failed")
        }
        print("conformance | all | \(cases.count) cases | \(failed.values.reduce(0, +)) failed")
    }
}
