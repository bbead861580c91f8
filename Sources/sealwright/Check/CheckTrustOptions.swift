// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import PKIFormats
import SealwrightCommandLine
import SealwrightCore
import SealwrightInspection
import SealwrightNetwork
import SealwrightServer
import TrustEvaluation

/// By what subjects of a check are judged.
struct CheckTrustOptions: ParsableArguments {
    @Option(
        name: .long, help: "A file with certificates to trust instead of this machine's; may be given several times.")
    var trust: [String] = []

    @Option(name: .long, help: "A file with certificates that the clients trust; may be given several times.")
    var clientTrust: [String] = []

    @Option(name: .long, help: "A file with further authorities' certificates; may be given several times.")
    var untrusted: [String] = []

    @Option(name: .long, help: "A file with CRLs; may be given several times.")
    var crl: [String] = []

    @Option(
        name: .long,
        help: "A file with fingerprints or serial numbers that are never accepted; deny-list.txt in --data too.")
    var denyList: [String] = []

    @Option(name: .long, help: "Judge for this moment, RFC 3339 (UTC without an offset), or a day: 2027-03-15.")
    var at: String?

    @Flag(name: .long, help: "Fetch CRLs, OCSP responses and missing issuers from the URLs in the certificates.")
    var online = false

    /// Reads what the options name.
    func settings(
        for profile: RequirementProfile, server: ServerOptions, needsServer: Bool
    ) async throws(CommandFailure) -> CheckSettings {
        var settings = CheckSettings(profile: profile, time: try moment(), anchors: [])
        if needsServer, server.data != nil || server.server != nil {
            let authorities = try await server.client().authorities()
            for authority in authorities {
                let certificate = try authority.certificate
                if certificate.isSelfIssued {
                    settings.anchors.append(TrustAnchor(certificate))
                } else {
                    settings.intermediates.append(certificate)
                }
            }
        }
        if !trust.isEmpty {
            settings.anchors = try Self.anchors(trust)
        } else if settings.anchors.isEmpty {
            settings.anchors = try defaultAnchors(server)
        }
        if server.data != nil, let own = try? Self.certificates(in: server.folder.rootCertificate) {
            settings.ownRoots = Set(own)
        }
        if !clientTrust.isEmpty { settings.clientAnchors = try Self.anchors(clientTrust) }
        for path in untrusted { settings.intermediates += try Self.certificates(in: path) }
        for path in crl { settings.lists += try Self.lists(in: path) }
        settings.denyList = try deniedCertificates(server)
        settings.machineName = MachineNames.resolve(configured: []).first
        return settings
    }

    private func defaultAnchors(_ server: ServerOptions) throws(CommandFailure) -> [TrustAnchor] {
        guard server.data != nil else { return SystemTrust.anchors }
        return try Self.anchors([server.folder.rootCertificate])
    }

    private func moment() throws(CommandFailure) -> Timestamp {
        guard let at else { return SystemClock().now }
        if let moment = Timestamp(typed: at) { return moment }
        throw CommandFailure(
            .usage, code: "cli.not-a-moment", "--at: '\(at)' is no moment",
            hint: "write it as 2027-03-15 or 2027-03-15T12:00:00Z")
    }

    private func deniedCertificates(_ server: ServerOptions) throws(CommandFailure) -> DenyList {
        var files = denyList
        if server.data != nil, FileManager.default.fileExists(atPath: server.folder.denyList) {
            files.append(server.folder.denyList)
        }
        var all = DenyList()
        for path in files {
            let text = String(decoding: try InputFile.read(path), as: UTF8.self)
            do throws(DenyListError) {
                all.formUnion(try DenyList(parsing: text))
            } catch {
                throw CommandFailure(
                    .usage, code: "cli.deny-list",
                    "\(path), line \(error.line): '\(Printable.text(error.text))' is no entry",
                    hint: "an entry is a SHA-256 or SHA-1 fingerprint or a serial number, hexadecimal")
            }
        }
        return all
    }
}

// MARK: - Files

extension CheckTrustOptions {
    static func anchors(_ paths: [String]) throws(CommandFailure) -> [TrustAnchor] {
        var anchors: [TrustAnchor] = []
        for path in paths { anchors += try certificates(in: path).map { TrustAnchor($0) } }
        return anchors
    }

    /// The certificates of a PEM, DER or PKCS#7 file, at least one.
    static func certificates(in path: String) throws(CommandFailure) -> [CertificateView] {
        let octets = try InputFile.read(path)
        var found: [CertificateView] = []
        for block in (try? PEM.sniff(octets)) ?? [] {
            if let certificate = try? CertificateView(parsing: block.der) {
                found.append(certificate)
            } else if let bundle = try? SignedData(parsing: block.der) {
                found += bundle.certificateViews
            }
        }
        guard found.isEmpty else { return found }
        throw CommandFailure(
            .usage, code: "cli.not-a-certificate", "\(path) holds no certificate in PEM, DER or PKCS#7")
    }

    /// The CRLs of a PEM or DER file, at least one.
    static func lists(in path: String) throws(CommandFailure) -> [RevocationList] {
        let octets = try InputFile.read(path)
        let found = ((try? PEM.sniff(octets, limit: 64 << 20)) ?? []).compactMap {
            try? RevocationList(parsing: $0.der)
        }
        guard found.isEmpty else { return found }
        throw CommandFailure(.usage, code: "cli.not-a-crl", "\(path) holds no CRL in PEM or DER")
    }
}
