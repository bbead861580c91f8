// SPDX-License-Identifier: Apache-2.0

import Foundation
package import Logging
package import SealwrightCore
import SealwrightNetwork

/// Everything a server is told before it starts; a value, checked once.
package struct ServerConfiguration: Sendable {
    /// The names in the server certificate and, the first of them, in issued URLs.
    package var hosts: [String]
    /// Whether ``hosts`` were set, or remembered from when they were; else they are the machine's own.
    package let hostsAreGiven: Bool
    /// The address the listeners bind.
    package var listenAddress: String
    package var httpPort: Int
    /// Whether ``httpPort`` was left to the server.
    var isPortChosen = false
    package var httpsPort: Int
    package var devicePort: Int
    /// Devices over HTTPS only, from the installation on.
    package var requiresHTTPS: Bool
    package var logLevel: Logger.Level
    package var logFormat: LogFormat
    /// Threads for private-key work.
    package var cryptoThreads: Int
    /// Key operations that may wait.
    package var cryptoQueue: Int
    package var endpoints: [SCEPEndpointOptions]
    package var windows: WindowsOptions
    package var crl: CRLSettings
    /// Seconds a device certificate lives, and may at most live.
    package var validity: Int64
    package var maximumValidity: Int64
    /// Whether alternative names may hold host names with underscores.
    package var allowsUnderscores: Bool
    /// Seconds between two rounds of the expiry radar.
    package var expiryInterval: Int64
    package var expiryWebhook: ExpiryWebhookOptions?
    package var limits = ListenerLimits()
    /// All settings as they were told, for whoever asks the running server.
    package let settings: [SettingDocument]

    /// How log lines look.
    package enum LogFormat: String, Sendable { case auto, text, json }

    /// The URL that stands in front of CRL, OCSP and CA paths in certificates.
    package var publicationURL: String {
        let name = (hosts.first ?? "").uriHost
        return httpPort == 80 ? "http://\(name)" : "http://\(name):\(httpPort)"
    }

    /// The name in those URLs, when other machines cannot reach this one by it although it listens for them.
    package var unreachableName: String? {
        guard let name = hosts.first, !MachineNames.isOwn(listenAddress) else { return nil }
        return MachineNames.isReachableFromElsewhere(name) ? nil : name
    }

    /// Seconds; a shorter CRL would end before it is replaced.
    private static let shortestCRL: Int64 = 900
    /// Seconds; each round asks every watched server.
    private static let shortestRound: Int64 = 10

    /// Checks all settings.
    ///
    /// - Parameters:
    ///   - settings: what was set.
    ///   - knownHosts: the names that were set when the server ran before; they count when none are set now.
    /// - Throws: ``ServerError/configuration(_:)`` or ``ServerError/noHostName``.
    package init(_ settings: Settings, knownHosts: [String] = []) throws(ServerError) {
        do throws(ConfigurationError) {
            let set = settings.list("server.hosts")
            let given = set.isEmpty ? knownHosts : set
            hostsAreGiven = !given.isEmpty
            hosts = MachineNames.resolve(configured: given)
            listenAddress = settings.text("server.listen") ?? "0.0.0.0"
            httpPort = try settings.integer("server.http-port") ?? 8080
            httpsPort = try settings.integer("server.https-port") ?? 8443
            devicePort = try settings.integer("server.device-port") ?? 8444
            requiresHTTPS = try settings.boolean("server.require-https") ?? false
            logLevel = Logger.Level(rawValue: try settings.word("log.level") ?? "info") ?? .info
            logFormat = LogFormat(rawValue: try settings.word("log.format") ?? "auto") ?? .auto
            cryptoThreads = try settings.integer("crypto.threads") ?? ProcessInfo.processInfo.activeProcessorCount
            cryptoQueue = try settings.integer("crypto.queue") ?? 256
            limits.connectionsPerAddress =
                try settings.integer("server.connections-per-address") ?? limits.connectionsPerAddress
            let life = try Self.life(settings)
            validity = life.validity
            maximumValidity = life.maximum
            allowsUnderscores = try settings.boolean("certificate.underscores") ?? false
            self.settings = settings.documents(knownHosts: knownHosts, isLifeCut: life.isCut)
            crl = try Self.revocationLists(settings)
            expiryInterval = try settings.seconds("expiry.interval") ?? 3_600
            if expiryInterval < Self.shortestRound {
                throw ConfigurationError.invalidValue(
                    key: "expiry.interval", value: settings.text("expiry.interval") ?? "", allowed: "10s or longer")
            }
            expiryWebhook = try ExpiryWebhookOptions(settings)
            windows = try WindowsOptions(settings)
            let names = Set(settings.names(under: "scep") + ["default"]).sorted()
            endpoints = []
            for name in names { endpoints.append(try SCEPEndpointOptions(name, settings)) }
        } catch {
            throw .configuration(error)
        }
        try checkAddresses()
    }

    /// Names and addresses that each setting allows by itself, and all together do not.
    private func checkAddresses() throws(ServerError) {
        guard !hosts.isEmpty else { throw .noHostName }
        guard !listenAddress.isEmpty else {
            throw .configuration(.invalidValue(key: "server.listen", value: "", allowed: "an address"))
        }
        let ports = [httpPort, httpsPort, devicePort].filter { $0 != 0 }
        if let twice = ports.first(where: { port in ports.count { $0 == port } > 1 }) {
            throw .configuration(
                .invalidValue(
                    key: "server.http-port, https-port, device-port", value: String(twice),
                    allowed: "for two of them; each takes its own"))
        }
        if let first = hosts.first, first.hasPrefix("*.") {
            throw .configuration(
                .invalidValue(
                    key: "server.hosts", value: first,
                    allowed: "a name for URLs in certificates; a wildcard can only follow another name"))
        }
        for host in hosts {
            guard let fault = ServiceIdentitySettings.fault(inServerName: host) else { continue }
            throw .configuration(
                .invalidValue(
                    key: "server.hosts", value: host, allowed: "a name that certificates may carry: \(fault)"))
        }
    }

    /// Seconds a device certificate lives and may at most live; a default that is longer is cut.
    private static func life(
        _ settings: Settings
    ) throws(ConfigurationError) -> (validity: Int64, maximum: Int64, isCut: Bool) {
        let validity = try settings.seconds("certificate.validity") ?? 365 * 86_400
        let maximum = try settings.seconds("certificate.maximum-validity") ?? 825 * 86_400
        if validity == 0 { throw settings.invalid("certificate.validity", "0") }
        if maximum == 0 { throw settings.invalid("certificate.maximum-validity", "0") }
        if validity > maximum, let text = settings.explicitText("certificate.validity") {
            throw .invalidValue(
                key: "certificate.validity", value: text, allowed: "at most certificate.maximum-validity")
        }
        return (min(validity, maximum), maximum, validity > maximum)
    }

    private static func revocationLists(_ settings: Settings) throws(ConfigurationError) -> CRLSettings {
        var crl = CRLSettings()
        crl.validity = try settings.seconds("crl.lifetime") ?? crl.validity
        if crl.validity < shortestCRL {
            throw .invalidValue(
                key: "crl.lifetime", value: settings.text("crl.lifetime") ?? "", allowed: "15m or longer")
        }
        crl.deltas = try settings.boolean("crl.delta") ?? false
        crl.partitions = try settings.integer("crl.partitions") ?? 1
        return crl
    }
}
