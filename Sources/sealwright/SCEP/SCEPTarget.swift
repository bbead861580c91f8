// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import PKIFormats
import SCEP
import SealwrightCommandLine
import SealwrightNetwork
import SealwrightServer

/// Which SCEP server a command speaks to, and what makes it the right one.
struct SCEPTarget: ParsableArguments {
    @Option(name: .long, help: "The SCEP URL.")
    var url: String?

    @Option(name: .long, help: "The data folder of a server on this machine, instead of --url.")
    var data: String?

    @Option(name: .long, help: "The endpoint, with --data.")
    var endpoint = "default"

    @Option(name: .long, help: "SHA-256, SHA-1 or MD5 of a CA certificate the server must present.")
    var caFingerprint: String?

    @Option(name: .long, help: "The CA identifier to send as 'message'.")
    var caIdentifier: String?

    @Option(name: .long, help: "A PEM file with the root to trust, for an https URL.")
    var rootFile: String?

    @Flag(name: .long, help: "Talk to servers that offer nothing better than 3DES, DES, SHA-1 or MD5.")
    var allowLegacy = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    /// What the server's certificates are held against: the fingerprint given, else with `--data` the folder's root.
    var trust: SCEPTrust? {
        get throws(CommandFailure) {
            do {
                if let caFingerprint { return .fingerprint(try CAFingerprint(caFingerprint)) }
                guard let data else { return nil }
                return .root(try LocalFile.certificate(DataFolder(data).rootCertificate))
            } catch let error as SCEPError {
                throw CommandFailure(.usage, code: error.code, "--ca-fingerprint: \(error)")
            } catch {
                throw CommandFailure.wrapping(error)
            }
        }
    }

    /// What is agreed with a server of these capabilities.
    func settings(_ capabilities: CACapabilities, polling: Polling) throws(CommandFailure) -> ClientSettings {
        do {
            return try ClientSettings(
                capabilities: capabilities, allowingLegacy: allowLegacy, polling: polling)
        } catch {
            throw CommandFailure(scep: error)
        }
    }

    func connection() throws(CommandFailure) -> SCEPConnection {
        do {
            if let data {
                guard url == nil else {
                    throw CommandFailure(.usage, code: "cli.two-servers", "give either --data or --url, not both")
                }
                return try local(DataFolder(data))
            }
            guard let url else {
                throw CommandFailure(
                    .usage, code: "cli.no-server", "no server is named",
                    hint: "give --url URL, or --data DIR for a server on this machine")
            }
            let roots = try rootFile.map { [Array(try LocalFile.certificate($0).encoded)] }
            return SCEPConnection(
                url: try HTTPURL(url), client: HTTPClient(tls: try TLSClientSettings.trusting(encoded: roots)),
                caIdentifier: caIdentifier)
        } catch let error as NetworkError {
            throw CommandFailure(.usage, code: error.code, error.description)
        } catch {
            throw CommandFailure.wrapping(error)
        }
    }

    private func local(_ folder: DataFolder) throws -> SCEPConnection {
        let running = try ServerOptions.running(folder)
        return SCEPConnection(
            url: try HTTPURL(running.origin + "/scep/\(endpoint)"), client: running.client, caIdentifier: caIdentifier)
    }
}
