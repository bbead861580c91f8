// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import SealwrightCore
import SealwrightNetwork
import TrustEvaluation

/// What a started server says about itself: only what exists, with the next commands.
package struct ServerSummary: Codable, Sendable {
    /// One of the server's things and until when it is good.
    package struct Entry: Codable, Sendable {
        package let name: String
        package let value: String
        package let remark: String
        /// Whether it is not as it should be.
        package var isFaulty: Bool?
    }

    package let version: String
    package let dataFolder: String
    package let isNew: Bool
    package let entries: [Entry]
    package let scepURL: String
    package let apiURL: String
    package let crlURL: String
    package let ocspURL: String
    /// SHA-256 of the root certificate, colon separated.
    package let rootFingerprint: String
    package let rootFile: String

    /// Who serves the folder that is told of.
    package enum Serving: Sendable, Hashable {
        /// The process that prints it.
        case here
        /// Another process.
        case process(Int32)
        /// Nobody: the folder was made and not started; with the flags that it is to be served with as it was made.
        case nobody(flags: String)
    }

    /// Describes a middle.
    ///
    /// - Parameters:
    ///   - middle: what was opened; it knows where it listens.
    ///   - isNew: whether its folder was made by this call.
    ///   - isServing: whether its listeners are bound.
    package init(_ middle: Middle, isNew: Bool, isServing: Bool = true) {
        let registry = middle.registry
        let root = middle.root
        let issuing = registry.issuing()
        let folder = middle.folder
        version = ServerVersion.number
        dataFolder = folder.path
        self.isNew = isNew
        scepURL = middle.address.enrollmentURL(.default, middle.httpsPolicy)
        apiURL = middle.address.httpsOrigin + "/api/v1"
        crlURL = issuing.map { middle.publication.crlURL($0.id) } ?? ""
        ocspURL = issuing.map { middle.publication.ocspURL($0.id) } ?? ""
        rootFingerprint = root.map { Self.colons($0.certificate.fingerprint(.sha256)) } ?? ""
        rootFile = folder.rootCertificate
        let made = [
            Entry(
                name: "Data folder", value: folder.path,
                remark: !isNew ? "existing" : folder.isPrivate ? "new, private to you" : "new, others may look in"),
            Self.entry("Root CA", root, at: middle.clock.now), Self.entry("Issuing CA", issuing, at: middle.clock.now),
            Self.serverEntry(middle, issuing),
        ]
        entries = made + (isServing ? [Entry(name: "SCEP, CRL, OCSP, API", value: "", remark: "ready")] : [])
    }

    /// What the server of a folder printed when it was ready, as far as it can be read.
    package init?(runningIn folder: DataFolder) {
        guard let data = FileManager.default.contents(atPath: folder.summary),
            let summary = try? JSONDecoder().decode(ServerSummary.self, from: data)
        else { return nil }
        self = summary
    }

    /// The same server seen by a second `up`: it was there already, and runs as a process of its own.
    package func found(as process: Int32) -> ServerSummary {
        ServerSummary(self, isNew: false, remark: "existing, served by process \(process)")
    }

    private init(_ other: ServerSummary, isNew: Bool, remark: String) {
        version = other.version
        dataFolder = other.dataFolder
        self.isNew = isNew
        entries = other.entries.enumerated().map { index, entry in
            index == 0 ? Entry(name: entry.name, value: entry.value, remark: remark) : entry
        }
        scepURL = other.scepURL
        apiURL = other.apiURL
        crlURL = other.crlURL
        ocspURL = other.ocspURL
        rootFingerprint = other.rootFingerprint
        rootFile = other.rootFile
    }

    private static func entry(_ name: String, _ context: AuthorityContext?, at now: Timestamp) -> Entry {
        let end = context?.certificate.notAfter
        let isOver = end.map { $0 < now } ?? false
        let life = end.map { (isOver ? "ended on " : "valid to ") + $0.iso8601.prefix(10) } ?? ""
        let isOffline = context?.key == nil
        // A root may be away; without the issuing authority's key nobody gets a certificate.
        let isFaulty = isOver || context?.revocation != nil || (isOffline && context?.authority.kind == .issuing)
        let revoked = context?.revocation.map { ", revoked on \($0.at.iso8601.prefix(10))" } ?? ""
        return Entry(
            name: name, value: context?.authority.name ?? "",
            remark: life + (isOffline ? ", key offline" : "") + revoked, isFaulty: isFaulty ? true : nil)
    }

    private static func serverEntry(_ middle: Middle, _ issuing: AuthorityContext?) -> Entry {
        let hosts = middle.configuration.hosts
        let fault = serverFault(middle)
        return Entry(
            name: "Server certificate", value: hosts.joined(separator: ", "), remark: fault ?? serverRemark(middle),
            isFaulty: fault != nil)
    }

    /// Why devices refuse what is served: its end, or its names.
    private static func serverFault(_ middle: Middle) -> String? {
        guard let leaf = middle.serverCertificates.served.current?.leaf else { return "none" }
        if let end = leaf.notAfter, end < middle.clock.now { return "ended on \(end.iso8601.prefix(10))" }
        let identity = ServerIdentity(leaf)
        let missing = middle.configuration.hosts.filter { identity.match(.host($0)) != .found }
        return missing.isEmpty ? nil : "is for \(identity.presented), not for \(missing.joined(separator: ", "))"
    }

    private static func serverRemark(_ middle: Middle) -> String {
        let served = middle.serverCertificates.served.current
        let required = middle.httpsPolicy.mode == .required ? ", HTTPS required" : ""
        guard let served, served.choice != .ownAuthority else { return "renews itself" + required }
        let end = served.leaf.notAfter.map { String($0.iso8601.prefix(10)) } ?? "?"
        return "\(served.choice.rawValue), ends \(end)" + required
    }

    private static func colons(_ octets: [UInt8]) -> String {
        octets.map { Hex.encode([$0]) }.joined(separator: ":")
    }

    /// The form for people, with what can be done next.
    package func text(_ serving: Serving = .here) -> String {
        var lines = ["Sealwright \(version)", ""]
        let nameWidth = entries.map(\.name.count).max() ?? 0
        let valueWidth = entries.map(\.value.count).max() ?? 0
        for entry in entries {
            // Counted in characters: Foundation's padding counts UTF-16 and would cut what is longer there.
            let name = entry.name + String(repeating: " ", count: nameWidth - entry.name.count)
            let value = entry.value + String(repeating: " ", count: valueWidth - entry.value.count)
            lines.append("  \(entry.isFaulty == true ? "✗" : "✓") \(name)  \(value)  \(entry.remark)")
        }
        lines += [
            "", "  SCEP       \(scepURL)", "  API        \(apiURL)", "  CRL        \(crlURL)",
            "  OCSP       \(ocspURL)", "  Root       SHA-256 \(rootFingerprint)", "             \(rootFile)", "",
        ]
        return (lines + next(serving)).joined(separator: "\n")
    }

    private func next(_ serving: Serving) -> [String] {
        let end: String
        switch serving {
        case .here: end = "Ctrl-C"
        case .process(let process): end = "kill \(process)"
        case .nobody(let flags):
            return ["  Next: serve it             sealwright serve --data \(dataFolder)\(flags)"]
        }
        return [
            "  Next: enrol this machine   sealwright scep enroll --data \(dataFolder) --subject CN=first",
            "        let a device in      sealwright challenge create --data \(dataFolder)",
            "        see what was issued  sealwright certificate list --data \(dataFolder)",
            "        stop                 \(end)",
        ]
    }
}
