// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import SealwrightCore
import SealwrightNetwork
import TrustEvaluation

/// Looks at watched servers over TLS and at watched files.
struct ExpiryProbing: ExpiryProbe {
    /// Seconds a watched server has for its answer.
    private static let seconds = 10.0

    /// The canonical text of a target: `host:port`, 443 when it has no port, or an absolute path; `nil` for neither.
    static func target(_ text: String, _ place: ExpiryWatch.Place) -> String? {
        switch place {
        case .file: return text.hasPrefix("/") && text.utf8.count <= 4_096 ? text : nil
        case .server: return endpoint(text).map { "\($0.host.uriHost):\($0.port)" }
        }
    }

    /// Whether a text that is no absolute path means a file all the same.
    ///
    /// The name of a host has no `/`, and none of the top-level domains is called as files of certificates are.
    static func isRelativePath(_ text: String) -> Bool {
        guard !text.hasPrefix("/") else { return false }
        return text.contains("/") || fileEndings.contains { text.lowercased().hasSuffix($0) }
    }

    private static let fileEndings = [".pem", ".crt", ".cer", ".der", ".p12", ".pfx", ".p7b"]

    /// Host and port of `host`, `host:port`, `[address]:port`.
    static func endpoint(_ text: String) -> (host: String, port: Int)? {
        let isBracketed = text.hasPrefix("[")
        let host = isBracketed ? text.dropFirst().prefix { $0 != "]" } : text.prefix { $0 != ":" }
        let rest = text.dropFirst(host.count + (isBracketed ? 2 : 0))
        let port = rest.isEmpty ? 443 : rest.hasPrefix(":") ? Int(rest.dropFirst()) : nil
        guard let port, (1...65_535).contains(port), !host.isEmpty, host.utf8.count <= 253 else { return nil }
        let isPlain = host.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ".-_:".contains($0)) }
        return isPlain ? (host.lowercased(), port) : nil
    }

    func look(at watch: ExpiryWatch) async -> Result<CertificateView, ExpiryProbeFailure> {
        switch watch.place {
        case .file: Self.file(watch.target)
        case .server: await Self.server(watch.target)
        }
    }

    private static func file(_ path: String) -> Result<CertificateView, ExpiryProbeFailure> {
        let octets: [UInt8]
        do { octets = try WatchedFile.contents(path) } catch { return .failure(error) }
        do {
            guard let first = try UploadedIdentity([octets], password: nil).certificates.first else {
                return failure("the file holds no certificate")
            }
            return .success(first)
        } catch {
            return failure("the file holds no certificate that can be read: \(error)")
        }
    }

    private static func server(_ target: String) async -> Result<CertificateView, ExpiryProbeFailure> {
        guard let endpoint = endpoint(target) else { return failure("the target is no host and port") }
        // Only the dates count here; whether the certificate is trusted is for 'check' and 'tls test'.
        var options = TLSProbe.Options(trust: PeerTrust(anchors: SystemTrust.anchors, purpose: .serverAuth))
        options.seconds = seconds
        options.listsSuites = false
        let report = await TLSProbe(.init(host: endpoint.host, port: endpoint.port), options: options).run()
        guard let leaf = report.chain.first else {
            return failure(report.findings.first.map { "\($0)" } ?? "the server showed no certificate")
        }
        return .success(leaf)
    }

    private static func failure(_ reason: String) -> Result<CertificateView, ExpiryProbeFailure> {
        .failure(ExpiryProbeFailure(String(reason.prefix(300))))
    }
}
