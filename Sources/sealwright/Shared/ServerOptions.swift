// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CryptoProvider
import Foundation
import PKIFormats
import SealwrightCommandLine
import SealwrightNetwork
import SealwrightServer

/// Where an administration command finds its server.
struct ServerOptions: ParsableArguments {
    @Option(name: .long, help: "The data folder of a server on this machine.")
    var data: String?

    @Option(name: .long, help: "The HTTPS URL of a server elsewhere.")
    var server: String?

    @Option(name: .long, help: "A file with an access token: of --server, or instead of the data folder's.")
    var tokenFile: String?

    @Option(name: .long, help: "A PEM file with the root to trust, for --server.")
    var rootFile: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    /// The data folder meant, unless a server elsewhere is.
    var folder: DataFolder { DataFolder(data ?? "sealwright-data") }

    /// A client that is let in.
    ///
    /// - Parameter patient: for answers that take longer and are larger than others, such as a backup.
    /// - Returns: the client.
    /// - Throws: ``CommandFailure`` when no server is named, or the one named does not run.
    func client(patient: Bool = false) throws(CommandFailure) -> AdministrationClient {
        var limits = HTTPClient.Limits()
        if patient { limits.seconds = 3_600 }
        guard let server else {
            guard rootFile == nil else {
                throw CommandFailure(
                    .usage, code: "cli.usage", "--root-file is for --server, and nobody is named by that",
                    hint: "leave it out; whom to trust stands in the data folder")
            }
            return try local(folder, limits)
        }
        guard data == nil else {
            throw CommandFailure(.usage, code: "cli.two-servers", "give either --data or --server, not both")
        }
        guard let tokenFile else {
            throw CommandFailure(
                .usage, code: "cli.token-missing", "--server needs --token-file",
                hint: "the token of a server on this machine is admin.token in its data folder")
        }
        do {
            let base = try HTTPURL(server)
            guard base.isSecure else {
                throw CommandFailure(
                    .usage, code: "network.invalid-url", "'\(server)' is no https URL",
                    hint: "over plain HTTP everybody on the way could read the token")
            }
            let roots = try rootFile.map { path in try Self.certificates(path) }
            return AdministrationClient(
                base: base,
                client: HTTPClient(limits: limits, tls: try TLSClientSettings.trusting(encoded: roots)),
                token: try Self.text(tokenFile))
        } catch let error as NetworkError {
            throw CommandFailure(
                .usage, code: error.code, error.description, hint: "write it as https://pki.example.test:8443")
        } catch {
            throw CommandFailure.wrapping(error)
        }
    }

    private func local(_ folder: DataFolder, _ limits: HTTPClient.Limits) throws(CommandFailure) -> AdministrationClient
    {
        do {
            let running = try Self.running(folder, limits)
            return AdministrationClient(
                base: try HTTPURL(running.origin), client: running.client,
                token: try Self.text(tokenFile ?? folder.adminToken), folder: folder)
        } catch {
            throw CommandFailure.wrapping(error)
        }
    }

    /// Where the server of a folder on this machine answers over HTTPS, and a client that trusts it.
    ///
    /// - Throws: ``CommandFailure`` for a folder without a server, or whose server does not run.
    static func running(
        _ folder: DataFolder, _ limits: HTTPClient.Limits = HTTPClient.Limits()
    ) throws -> (origin: String, client: HTTPClient) {
        guard folder.isInitialized else { throw CommandFailure(folder.absence) }
        guard let address = try folder.runningAddress() else { throw CommandFailure.notRunning(folder) }
        return (
            "https://\(address.host.uriHost):\(address.httpsPort)",
            HTTPClient(limits: limits, tls: try trust(in: folder), address: address.address)
        )
    }

    /// Whom a command trusts that talks to the server of a folder on this machine.
    static func trust(in folder: DataFolder) throws -> TLSClientSettings {
        let served = folder.servedCertificate
        return try TLSClientSettings.trusting(
            encoded: certificates(folder.trustForCommands),
            accepting: (try? certificates(served)) ?? [])
    }

    /// The certificates of a PEM file.
    static func certificates(_ path: String) throws -> [[UInt8]] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure(.notFound, code: "cli.file-not-found", "cannot read \(path)")
        }
        let found = try PEM.decode(Array(data)).filter { $0.label == "CERTIFICATE" }.map(\.der)
        guard !found.isEmpty else {
            throw CommandFailure(
                .usage, code: "cli.not-a-certificate", "\(path) holds no certificate in PEM",
                hint: "the root of a server on this machine is root.pem in its data folder")
        }
        return found
    }

    private static func text(_ path: String) throws -> String {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            let fault = access(path, R_OK) == 0 ? nil : errno
            let reason = fault.map { SystemFiles.reason($0) } ?? "it is no text"
            throw CommandFailure(
                fault == ENOENT ? .notFound : .refused, code: "cli.token-unreadable",
                "cannot read the token in \(path): \(reason)",
                hint: "a lost admin.token of a data folder is made anew when the server starts")
        }
        let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
        // It goes into a field of the request, which has one line.
        guard !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw CommandFailure(
                .refused, code: "cli.token-unreadable", "\(path) holds no access token",
                hint: "the token of a server on this machine is admin.token in its data folder")
        }
        return token
    }
}

extension CommandFailure {
    /// The code by which commands that can do without a server know that there is none.
    static let notRunningCode = "cli.server-not-running"

    /// Nobody answers for a folder.
    static func notRunning(_ folder: DataFolder) -> CommandFailure {
        CommandFailure(
            .unavailable, code: notRunningCode, "the server of \(folder.path) is not running",
            hint: "start it with 'sealwright up --data \(folder.path)'")
    }
}
