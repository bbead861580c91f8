// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import PKIFormats
import SealwrightCommandLine
import SealwrightNetwork
import TrustEvaluation

/// `sealwright tls test`: every fault of a TLS peer.
struct TLSTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Find every fault of a TLS peer, not only the first.",
        discussion: """
            Asks for versions, suites and certificates, judges the chain as it is sent, and tells what a client would \
            run into. Needs no server of ours. Exit status 0 when nothing refuses a connection, 1 when something does, \
            6 when the peer cannot be reached.

              sealwright tls test server.example.test:443
              sealwright tls test agent.example.test:3100 --trust root.pem \\
                  --crl issuing.crl --distinguished-name web01
              sealwright tls test mail.example.test:25 --starttls smtp --json
            """)

    @Argument(help: "The peer, as HOST:PORT; without a port 443, or the usual one of --starttls.")
    var peer: String

    @Option(
        name: .customLong("starttls"),
        help: "Ask for TLS first: \(StartTLS.allCases.map(\.rawValue).joined(separator: ", ")).")
    var startTLS: String?

    @Option(name: .long, help: "The name to ask for and to find in the certificate, instead of HOST.")
    var name: String?

    @Option(name: .long, help: "A name of the certificate to accept instead: a machine name or a distinguished name.")
    var distinguishedName: String?

    @Option(name: .long, help: "The serial number the certificate must have, hexadecimal.")
    var serial: String?

    @Option(name: .long, help: "A file of trust anchors, instead of the system's. May be repeated.")
    var trust: [String] = []

    @Option(name: .long, help: "A file with a CRL. May be repeated.")
    var crl: [String] = []

    @Option(name: .long, help: "A PEM file with the client certificate to show, its chain behind it.")
    var cert: String?

    @Option(name: .long, help: "The key of --cert.")
    var key: String?

    @Option(
        name: .long, help: "A .pfx file with the client certificate to show and its key, instead of --cert and --key.")
    var pfx: String?

    @Option(name: .long, help: "A file with the password of --pfx.")
    var passwordFile: String?

    @Option(name: .long, help: "The oldest version that is good enough: 1.2 or 1.3.")
    var minimum = "1.2"

    @Option(name: .long, help: "Seconds for everything.")
    var timeout = 20.0

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() async throws {
        let target = try probeTarget()
        let report = await TLSProbe(target, options: try options(host: target.host)).run()
        let document = TLSReportDocument(report)
        Terminal.result(json ? JSONText.of(document) : document.text)
        if report.isUnreachable { ExitStatus.unavailable.exit() }
        if !report.isAcceptable { ExitStatus.bad.exit() }
    }

    private func probeTarget() throws(CommandFailure) -> TLSProbe.Target {
        var protocolBefore: StartTLS?
        if let startTLS { protocolBefore = try StartTLS.named(startTLS) }
        guard let place = HostAndPort(peer, defaultPort: HostAndPort.defaultPort(startTLS: protocolBefore)) else {
            throw CommandFailure(.usage, code: "cli.not-a-peer", "'\(peer)' is no HOST:PORT")
        }
        var target = TLSProbe.Target(host: place.host, port: place.port)
        target.startTLS = protocolBefore
        return target
    }

    private func options(host: String) throws(CommandFailure) -> TLSProbe.Options {
        guard let floor = TLSServerSettings.MinimumVersion(rawValue: minimum), timeout > 0, timeout <= 600 else {
            throw CommandFailure(.usage, code: "cli.tls-options", "--minimum is 1.2 or 1.3, --timeout 1 to 600 seconds")
        }
        try AskedName.demandASCII(name.map { [$0] } ?? [])
        var options = TLSProbe.Options(trust: try peerTrust(host: host))
        options.serverName = name
        options.minimumVersion = floor
        options.seconds = timeout
        options.identity = try identity()
        return options
    }

    private func peerTrust(host: String) throws(CommandFailure) -> PeerTrust {
        var trust = PeerTrust(anchors: SystemTrust.anchors, purpose: .serverAuth, names: [.host(name ?? host)])
        if !self.trust.isEmpty {
            trust.anchors = []
            for path in self.trust { trust.anchors += try LocalFile.certificates(path).map { TrustAnchor($0) } }
        }
        if let distinguishedName {
            do {
                trust.names = [try .override(distinguishedName)]
            } catch {
                throw CommandFailure(.usage, code: error.code, "--distinguished-name: \(error)")
            }
        }
        if let serial {
            guard let number = SerialNumber(hex: serial) else {
                throw CommandFailure(.usage, code: "cli.serial", "--serial: '\(serial)' is no serial number")
            }
            trust.serialNumber = number
        }
        if !crl.isEmpty {
            var lists: [RevocationList] = []
            for path in crl { lists += try LocalFile.revocationLists(path) }
            let settings = RevocationSettings(mode: .ifAvailable, lists: lists)
            trust.revocation = { settings }
        }
        return trust
    }

    private func identity() throws(CommandFailure) -> ServedIdentity? {
        guard pfx == nil || (cert == nil && key == nil), cert != nil || key == nil else {
            throw CommandFailure(.usage, code: "cli.tls-options", "give --cert with --key, or --pfx alone")
        }
        do {
            if let pfx { return try bundled(pfx) }
            guard let cert else { return nil }
            return try ServedIdentity(
                chain: try LocalFile.certificates(cert), key: try LocalKey.read(key ?? cert).key)
        } catch let error as NetworkError {
            throw CommandFailure(.usage, code: error.code, error.description)
        } catch let error as FormatError {
            throw CommandFailure(.usage, code: error.code, "\(pfx ?? "the file"): \(error)")
        } catch {
            throw CommandFailure.wrapping(error)
        }
    }

    private func bundled(_ path: String) throws -> ServedIdentity {
        let password = try passwordFile.map { Array(try Password.read($0).utf8) }
        let bundle = try CertificateBundle(reading: try InputFile.read(path), password: password)
        guard let info = bundle.privateKey else { throw FormatError.missing("a private key") }
        return try ServedIdentity(
            chain: [bundle.certificate] + bundle.chain.filter { !$0.isSelfIssued || $0 == bundle.certificate },
            key: try LocalKey.of(info.material).key)
    }
}

extension LocalFile {
    /// Every certificate of a PEM file, or the one of a DER file.
    static func certificates(_ path: String) throws(CommandFailure) -> [CertificateView] {
        let octets = try InputFile.read(path)
        do throws(FormatError) {
            let blocks = try PEM.sniff(octets).filter { $0.label.isEmpty || $0.label.hasSuffix("CERTIFICATE") }
            guard !blocks.isEmpty else { throw FormatError.missing("a certificate") }
            var certificates: [CertificateView] = []
            for block in blocks { certificates.append(try CertificateView(parsing: block.der)) }
            return certificates
        } catch {
            throw CommandFailure(.usage, code: error.code, "\(path) holds no certificate: \(error)")
        }
    }

    /// Every CRL of a PEM file, or the one of a DER file.
    static func revocationLists(_ path: String) throws(CommandFailure) -> [RevocationList] {
        let octets = try InputFile.read(path)
        do throws(FormatError) {
            let blocks = try PEM.sniff(octets).filter { $0.label.isEmpty || $0.label.hasSuffix("CRL") }
            guard !blocks.isEmpty else { throw FormatError.missing("a CRL") }
            var lists: [RevocationList] = []
            for block in blocks { lists.append(try RevocationList(parsing: block.der)) }
            return lists
        } catch {
            throw CommandFailure(.usage, code: error.code, "\(path) holds no CRL: \(error)")
        }
    }
}
