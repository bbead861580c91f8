// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import SealwrightInspection
import Testing

@Suite("x509-limbo's harness")
struct LimboHarnessTests {
    /// Runs cases that are all the same good one, but for what each changes.
    private func answers(to changes: [[String: Any]]) throws -> [[String: Any]] {
        var root = try Maker("CN=Limbo root")
        root.extensions = [
            BasicConstraints.authority(pathLength: nil).certificateExtension,
            KeyUsage.keyCertSign.certificateExtension,
        ]
        var server = try Maker("CN=server.example.com", key: root.key)
        server.issuer = root.subject
        server.extensions = [
            SubjectAlternativeName([.dnsName("server.example.com")]).certificateExtension,
            ExtendedKeyUsage([.serverAuth]).certificateExtension,
        ]
        let good: [String: Any] = try [
            "description": "", "features": [], "validation_kind": "SERVER",
            "trusted_certs": [PEM.encode(root.certificate(), label: "CERTIFICATE")], "untrusted_intermediates": [],
            "peer_certificate": PEM.encode(server.certificate(), label: "CERTIFICATE"),
            "validation_time": Fixture.now.iso8601, "signature_algorithms": [], "key_usage": [],
            "extended_key_usage": [], "expected_result": "SUCCESS", "max_chain_depth": NSNull(),
            "expected_peer_name": ["kind": "DNS", "value": "server.example.com"], "expected_peer_names": [],
        ]
        let cases = changes.enumerated().map { number, change in
            good.merging(["id": "made::\(number)"]) { $1 }.merging(change) { $1 }
        }
        let file = try JSONSerialization.data(withJSONObject: ["version": 1, "testcases": cases])
        let told = try LimboHarness(now: Fixture.now).run(Array(file))
        let written = try JSONEncoder().encode(told)
        let document = try JSONSerialization.jsonObject(with: written) as? [String: Any]
        let results = try #require(document?["results"] as? [[String: Any]])
        #expect(results.map { $0["id"] as? String } == changes.indices.map { "made::\($0)" })
        return results
    }

    @Test func `every answer has a context, as the suite's own reader wants it`() throws {
        let results = try answers(to: [[:], ["expected_peer_name": ["kind": "DNS", "value": "other.example.com"]]])
        #expect(results.map { $0["actual_result"] as? String } == ["SUCCESS", "FAILURE"])
        #expect(results.first?["context"] is NSNull)
        #expect((results.last?["context"] as? String)?.contains("other.example.com") == true)
    }

    @Test(
        arguments: [
            (#"{"validation_kind":"PEER"}"#, "validation_kind has a value that is not known here"),
            (#"{"trusted_certs":null}"#, "trusted_certs is null"),
            (#"{"max_chain_depth":"two"}"#, "max_chain_depth is of another type"),
            (#"{"max_chain_depth":-1}"#, "max_chain_depth is -1"),
            (#"{"features":["max-chain-depth","has-ocsp"]}"#, "the feature has-ocsp is not known here"),
            (#"{"signature_algorithms":["ED25519"]}"#, "signature_algorithms is not judged here"),
            (#"{"key_usage":["keyAgreement","signAll"]}"#, "the key usage signAll is not known here"),
            (#"{"extended_key_usage":["ipsecIKE2"]}"#, "the extended key usage ipsecIKE2 is not known here"),
            (
                #"{"expected_peer_names":[{"kind":"URI","value":"a:b"}]}"#,
                "a:b is no name of a kind that is known here, URI"
            ),
            (#"{"validation_time":"noon"}"#, "noon is not a moment"),
        ])
    func `what cannot be judged is skipped with the reason, and the others are judged`(
        change: String, reason: String
    ) throws {
        let parsed = try JSONSerialization.jsonObject(with: Data(change.utf8)) as? [String: Any]
        let results = try answers(to: [[:], try #require(parsed), [:]])
        #expect(results.map { $0["actual_result"] as? String } == ["SUCCESS", "SKIPPED", "SUCCESS"])
        #expect(results.dropFirst().first?["context"] as? String == reason)
    }

    @Test func `a case without a name makes the file none of cases`() throws {
        let file = Array(#"{"version":1,"testcases":[{"validation_kind":"SERVER"}]}"#.utf8)
        #expect(throws: InspectionError.notLimbo("testcases.0.id is missing")) {
            try LimboHarness(now: Fixture.now).run(file)
        }
    }
}
