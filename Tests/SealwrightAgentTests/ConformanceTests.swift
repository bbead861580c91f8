// SPDX-License-Identifier: Apache-2.0

import Foundation
import OMADM
import SealwrightAgent
import SealwrightTesting
import Testing

@Suite("ClientCertificateInstall: conformance", .enabled(if: OpenSSL.isInstalled))
struct ConformanceTests {
    @Test func `the agent answers every case as it should`() throws {
        let cases = ConformanceCases(try OpenSSLMaterial.shared.get().conformance).all
        #expect(cases.count >= 1_600)
        #expect(Set(cases.map(\.name)).count == cases.count, "names are unique")
        var failed: [ConformanceCase.Group: Int] = [:]
        for test in cases {
            let objections = try Self.run(test)
            if !objections.isEmpty { failed[test.group, default: 0] += 1 }
            #expect(objections.isEmpty, "\(objections.joined(separator: "\n"))")
        }
        Self.printMatrix(cases, failed)
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

    static func run(
        _ test: ConformanceCase, policy: AgentPolicy = .conformance, user: String? = "alice"
    ) throws -> [String] {
        var agent = try TestAgent(policy: policy, user: user)
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
