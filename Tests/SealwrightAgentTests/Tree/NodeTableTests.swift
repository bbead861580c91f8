// SPDX-License-Identifier: Apache-2.0

import Foundation
import OMADM
import SealwrightAgent
import Testing

@Suite("ClientCertificateInstall: the nodes")
struct NodeTableTests {
    /// One node of the fact file.
    private struct Fact: Decodable {
        struct Access: Decodable { let implement: [String] }
        struct Default: Decodable { let implement: String? }
        struct Allowed: Decodable {
            let `enum`: [String: String]?
            let min: Int?
            let bitsAnyOf: [String]?
        }
        struct Dependency: Decodable {
            let node: String
            let allowed: [String]
        }

        let path: String
        let format: String
        let access: Access
        let occurrence: String
        let scope: String
        let `default`: Default
        let allowed: Allowed?
        let required: String?
        let sinceBuild: String
        let dependsOn: Dependency?
        let secret: Bool
        let mime: String?
    }

    private struct Facts: Decodable {
        struct Rules: Decodable { let atomicRequired: [String] }
        let nodes: [Fact]
        let rules: Rules
    }

    private let facts: Facts

    init() throws {
        facts = try JSONDecoder().decode(Facts.self, from: Data(try fixture("client-certificate-install.json")))
    }

    private func definition(_ fact: Fact) throws -> NodeDefinition {
        try #require(
            ClientCertificateInstall.definitions.first { $0.path.dropFirst(2).joined(separator: "/") == fact.path })
    }

    @Test func `there are as many nodes as facts`() {
        #expect(facts.nodes.count == 39)
        #expect(ClientCertificateInstall.definitions.count == 39)
    }

    @Test func `format, access, occurrence, default and secrecy are those of the facts`() throws {
        for fact in facts.nodes {
            let node = try definition(fact)
            #expect(node.format.rawValue == fact.format, "\(fact.path)")
            #expect(node.access.names == fact.access.implement.sorted(), "\(fact.path)")
            #expect(node.occurrence.rawValue == fact.occurrence, "\(fact.path)")
            #expect(node.isPermanent == (fact.scope == "Permanent"), "\(fact.path)")
            #expect(node.defaultValue == fact.default.implement, "\(fact.path)")
            #expect(node.isSecret == fact.secret, "\(fact.path)")
            #expect(node.mime == fact.mime, "\(fact.path)")
            #expect(node.sinceBuild == fact.sinceBuild, "\(fact.path)")
            #expect(node.required == fact.required, "\(fact.path)")
        }
    }

    @Test func `values and dependencies are those of the facts`() throws {
        for fact in facts.nodes {
            let node = try definition(fact)
            #expect(node.dependency?.node == fact.dependsOn?.node, "\(fact.path)")
            #expect(node.dependency?.allowed == fact.dependsOn?.allowed, "\(fact.path)")
            if let values = fact.allowed?.enum {
                guard case .oneOf(let own) = node.rule else {
                    Issue.record("\(fact.path) takes any value")
                    continue
                }
                #expect(Set(own) == Set(values.keys), "\(fact.path)")
            }
            if fact.allowed?.bitsAnyOf != nil { #expect(node.rule == .anyBit(of: 0xA0), "\(fact.path)") }
            // RetryDelay is taken from 0 on, as the device description framework says, and counts as 1 then.
            if fact.allowed?.min != nil { #expect(node.rule == .atLeast(0), "\(fact.path)") }
        }
        #expect(
            facts.rules.atomicRequired
                == ClientCertificateInstall.atomicRequired.map { "ClientCertificateInstall/" + $0 })
    }
}
