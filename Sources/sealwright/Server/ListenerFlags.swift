// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Configuration

/// The flags that `up` and `serve` share.
///
/// A flag beats the environment, which beats the file.
struct ListenerFlags: ParsableArguments {
    @Option(name: .long, help: "A name or address by which devices reach this server. Repeat for more.")
    var host: [String] = []

    @Option(name: .long, help: "The address to listen on.")
    var listen: String?

    @Option(name: .long, help: "Plain HTTP: SCEP, CRL, OCSP, health. (default: 8080)")
    var httpPort: Int?

    @Option(name: .long, help: "HTTPS: API and SCEP. (default: 8443)")
    var httpsPort: Int?

    @Option(name: .long, help: "HTTPS that asks devices for a certificate. (default: 8444)")
    var devicePort: Int?

    @Flag(
        name: .long, help: "At installation: answer devices over HTTPS only. Later, stage it with 'change start https'."
    )
    var requireHttps = false

    @Flag(name: .long, help: "Believe the clock, although something was written at a later time: it ran ahead then.")
    var acceptClock = false

    @Option(name: .long, help: "A settings file instead of sealwright.yaml in the data folder.")
    var config: String?

    /// What `serve` needs to be told again, each behind a space; the names of the server are kept.
    var toServe: String {
        let given: [(String, String?)] = [
            ("listen", listen), ("http-port", httpPort.map(String.init)), ("https-port", httpsPort.map(String.init)),
            ("device-port", devicePort.map(String.init)), ("config", config),
        ]
        return given.compactMap { name, value in value.map { " --\(name) \($0)" } }.joined()
    }

    /// The flags that were given, by setting.
    var settings: [String: ConfigContent] {
        var values: [String: ConfigContent] = [:]
        if !host.isEmpty { values["server.hosts"] = .stringArray(host) }
        if let listen { values["server.listen"] = .string(listen) }
        if let httpPort { values["server.http-port"] = .int(httpPort) }
        if let httpsPort { values["server.https-port"] = .int(httpsPort) }
        if let devicePort { values["server.device-port"] = .int(devicePort) }
        if requireHttps { values["server.require-https"] = .bool(true) }
        return values
    }
}
