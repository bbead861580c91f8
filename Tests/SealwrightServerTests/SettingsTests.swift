// SPDX-License-Identifier: Apache-2.0

import Configuration
import CryptoProvider
import Foundation
import Logging
import SCEP
import SealwrightCore
import SealwrightEndpoints
import SealwrightTesting
import Testing

@testable import SealwrightServer

@Suite("Settings")
struct SettingsTests {
    private func load(
        _ yaml: String, environment: [String: String] = [:]
    ) async throws -> ServerConfiguration {
        try await withTemporaryFolder { folder in
            let file = folder + "/sealwright.yaml"
            try yaml.write(toFile: file, atomically: true, encoding: .utf8)
            let settings = try await Settings(flags: [:], file: file, environment: environment)
            return try ServerConfiguration(settings, knownHosts: ["pki.example.test"])
        }
    }

    @Test(arguments: [
        ("server:\n  listen: [a, b]\n", "server.listen: '[a,b]' is not text"),
        ("server:\n  http-port: {}\n", "server.http-port: '{}' is not a whole number"),
        ("server:\n  http-port: [8081]\n", "server.http-port: '[8081]'"),
        ("server:\n  listen: ''\n", "server.listen: '' is not an address"),
        ("server:\n  http-port: 81\n  https-port: 81\n", "'81' is not for two of them"),
        ("server:\n  hosts: [my_pki.example.test]\n", "a server's name has no underscores"),
        ("server:\n  hosts: ['*.example.test']\n", "a wildcard can only follow another name"),
        ("scep:\n  default:\n    profile: nonsense\n", "scep.default.profile: 'nonsense' is not a profile"),
        ("scep:\n  default:\n    webhook: { url: 'ftp://x' }\n", "scep.default.webhook.url: 'ftp://x' is not an http"),
        ("scep:\n  default:\n    webhook: { id: x }\n", "scep.default.webhook.id: 'x' is not of use without"),
        ("scep:\n  default:\n    webhook: { notify-url: 'ftp://x' }\n", "webhook.notify-url: 'ftp://x' is not an http"),
        ("scep:\n  default:\n    webhook: { notify-url: 'http://x/' }\n", "webhook.secret-file: '' is not a file"),
        ("scep:\n  a b:\n    preset: apple\n", "scep: 'a b' is not a name for a URL"),
        ("scep:\n  default:\n    waiting-limit: 0\n", "scep.default.waiting-limit: '0' is not a whole number from 1"),
        ("scep:\n  default:\n    waiting-time: 5m\n", "scep.default.waiting-time: '5m' is not 1h or longer"),
        ("crl:\n  lifetime: 1s\n", "crl.lifetime: '1s' is not 15m or longer"),
        ("expiry:\n  interval: 0s\n", "expiry.interval: '0s' is not 10s or longer"),
        ("certificate:\n  validity: 0d\n", "certificate.validity: '0'"),
        ("certificate:\n  validity: 900d\n", "'900d' is not at most certificate.maximum-validity"),
        ("scpe: {}\n", "unknown key 'scpe'"),
        ("scpe:\n", "did you mean 'scep'?"),
        ("scpe:\n  default:\n    preset: apple\n", "did you mean 'scep'?"),
        ("scep:\n  managed:\n    webhok: {}\n", "did you mean 'scep.managed.webhook'?"),
        ("scep:\n  managed:\n    presett: apple\n", "did you mean 'scep.managed.preset'?"),
        ("log:\n  levl:\n", "did you mean 'log.level'?"),
        ("log:\n  server: {}\n", "unknown key 'log.server'"),
        ("scep:\n  '': {}\n", "a name in it is no text, or empty"),
        ("scep: apple\n", "scep: 'apple' is not a section"),
        ("scep:\n  default: [apple]\n", "scep.default: '[apple]' is not a section"),
        ("- a\n- b\n", "holds no settings but a list or a text"),
        ("{\n", "cannot read the configuration"),
    ])
    func `a value that its setting cannot take is told in one line`(yaml: String, words: String) async throws {
        do {
            _ = try await load(yaml)
            Issue.record("accepted: \(yaml)")
        } catch {
            let text = "\(error)"
            #expect(text.contains(words) && !text.contains("\n") && text.utf8.count < 400, "\(text)")
        }
    }

    @Test func `a section without a line is none, and a value left out is the default`() async throws {
        let yaml = "server:\n  # hosts: [a.test]\nscep:\n  default:\nlog:\n  level: error\ncrl:\n  lifetime:\n"
        let configuration = try await load(yaml)
        #expect(configuration.logLevel == .error && configuration.httpPort == 8080)
        #expect(configuration.endpoints.map(\.configuration.id.rawValue) == ["default"])
        #expect(try await load("certificate:\n  maximum-validity: 90d\n").validity == 90 * 86_400)
    }

    @Test(arguments: ["scep:\n  managed:\n", "scep: { managed: {} }\n", "scep: { managed: { webhook: {} } }\n"])
    func `an endpoint with nothing below its name has the standard settings`(yaml: String) async throws {
        let set = try await load(yaml, environment: ["SEALWRIGHT_SCEP_MANAGED_APPROVAL": "always"])
        #expect(set.endpoints.map(\.configuration.id.rawValue) == ["default", "managed"])
        let managed = try #require(set.endpoints.last)
        #expect(managed.configuration.policy.profile == "device")
        #expect(managed.configuration.policy.authentication.approval == .always)
        #expect(set.settings.contains { $0.key == "scep.managed.preset" && $0.value == "generic" })
    }

    @Test(arguments: ["scep: {}\n", "scep:\n", "expiry: { webhook: {} }\n"])
    func `a known section without a line sets nothing`(yaml: String) async throws {
        #expect(try await load(yaml).endpoints.map(\.configuration.id.rawValue) == ["default"])
    }

    @Test(arguments: [("url", true, false), ("notify-url", false, true)])
    func `a webhook decides, is told, or both`(_ key: String, _ isAsked: Bool, _ isTold: Bool) async throws {
        try await withTemporaryFolder { folder in
            let secret = folder + "/webhook.key"
            try Data(repeating: 7, count: 32).base64EncodedString().write(
                toFile: secret, atomically: true, encoding: .utf8)
            let set = try await load(
                "scep:\n  default:\n    webhook: { \(key): 'https://mdm.example.test/', secret-file: '\(secret)' }\n")
            let endpoint = try #require(set.endpoints.first)
            #expect(endpoint.configuration.policy.authentication.webhook == isAsked)
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            #expect((set.authorizer(logger: logger) != nil) == isAsked)
            let notifier = set.notifier(counter: PrometheusRegistry(), clock: FixedClock(), logger: logger)
            #expect((notifier != nil) == isTold)
        }
    }

    @Test func `every setting is found by its name, that of an endpoint behind the endpoint's`() {
        for key in ConfigurationKey.all {
            let name = key.path.replacing("*", with: "my-site")
            #expect(ConfigurationKey.named(name) == key, "\(name)")
            #expect(ConfigurationKey.named(name + ".more") == nil && !ConfigurationKey.hasSection(name))
        }
        #expect(ConfigurationKey.named("scep.preset") == nil && ConfigurationKey.named("") == nil)
        #expect(ConfigurationKey.hasSection("scep.my-site.webhook") && ConfigurationKey.hasSection("server"))
        #expect(ConfigurationKey.named([String](repeating: "a", count: 100_000).joined(separator: ".")) == nil)
    }

    @Test func `a file of more than a mebibyte is refused unread`() async throws {
        await #expect {
            try await load(String(repeating: "# nothing\n", count: 110_000))
        } throws: { error in
            "\(error)".contains("it has more than 1048576 bytes")
        }
    }

    @Test func `underscores in host names are allowed to every profile or to none`() async throws {
        for (yaml, isAllowed) in [("", false), ("certificate:\n  underscores: true\n", true)] {
            let profiles = try await load(yaml).profiles
            #expect(profiles.count >= 2)
            #expect(profiles.values.allSatisfy { $0.alternativeNames.allowsUnderscores == isAllowed })
        }
    }

    @Test func `the grace for renewals is the endpoint's own`() async throws {
        let set = try await load("scep:\n  routers:\n    renewal-grace: 14d\n")
        func grace(_ id: String) throws -> Int64 {
            let endpoint = try #require(set.endpoints.first { $0.configuration.id.rawValue == id })
            return endpoint.configuration.policy.expiredGrace
        }
        #expect(try grace("routers") == 14 * 86_400)
        #expect(try grace("default") == 0)
    }

    @Test func `the environment sets what the file's endpoints have, and no others`() async throws {
        let yaml = "scep:\n  my-site:\n    preset: cisco\n"
        let set = try await load(yaml, environment: ["SEALWRIGHT_SCEP_MY_SITE_ALLOW_LEGACY": "des"])
        let site = try #require(set.endpoints.first { $0.configuration.id.rawValue == "my-site" })
        #expect(site.configuration.settings.ciphers.contains(.desCBC))
        let standard = try await load("", environment: ["SEALWRIGHT_SCEP_DEFAULT_PRESET": "windows"])
        #expect(standard.endpoints.first?.isForWindows == true)
        #expect((set.endpoints + standard.endpoints).allSatisfy { $0.configuration.policy.keysMustDecrypt })
        await #expect(throws: ConfigurationError.self) {
            try await load(yaml, environment: ["SEALWRIGHT_SCEP_OTHER_PRESET": "cisco"])
        }
    }
}
