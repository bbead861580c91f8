// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import PKIFormats
import SealwrightCore

/// The page a person opens to trust this server: fingerprints to compare, certificates to install.
///
/// It comes over plain HTTP too, because whoever needs it cannot use HTTPS yet; that is why the fingerprints are there.
struct TrustRoutes: Sendable {
    let registry: AuthorityRegistry
    let served: ServedCertificateSource
    let policy: HTTPSPolicy
    let address: ListeningAddress

    func add(to router: some RouterMethods<ListenerContext>) {
        router.get("/trust") { _, _ in
            var response = OperationsRoutes.text(page, type: "text/html; charset=utf-8")
            for (name, value) in Self.protection { if let name { response.headers[name] = value } }
            return response
        }
        router.get("/trust/anchors.pem") { _, _ in
            OperationsRoutes.text(
                anchors.map { PEM.encode($0.encoded, label: "CERTIFICATE") }.joined(),
                type: "application/x-pem-file")
        }
    }

    /// What clients must trust: our roots, and the anchor of what is served when that is another.
    private var anchors: [CertificateView] {
        let roots = registry.all.filter { $0.authority.kind == .root }.map(\.certificate)
        guard let anchor = served.current?.anchor, !roots.contains(anchor) else { return roots }
        return roots + [anchor]
    }

    /// No script, nothing from elsewhere, no frame.
    private static let protection: [(HTTPField.Name?, String)] = [
        (
            .contentSecurityPolicy,
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
        ),
        (.xContentTypeOptions, "nosniff"), (HTTPField.Name("Referrer-Policy"), "no-referrer"),
    ]

    private var page: String {
        let authorities = registry.all.map { context in
            row(
                context.authority.name, "\(context.authority.kind.rawValue), \(context.authority.status.rawValue)",
                context.certificate, "/ca/\(context.id.rawValue).cer")
        }
        var rows = authorities.joined()
        if let anchor = served.current?.anchor, !registry.all.contains(where: { $0.certificate == anchor }) {
            rows += row(anchor.subject.rfc4514, "behind this server's certificate", anchor, "/trust/anchors.pem")
        }
        if let leaf = served.current?.leaf {
            rows += row(leaf.subject.rfc4514, "this server's certificate", leaf, nil)
        }
        return """
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Trust this server</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}
            table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.5rem;border-bottom:1px solid #ccc}
            code{overflow-wrap:anywhere}</style></head><body>
            <h1>Trust this server</h1>
            <p>Compare a fingerprint with the one your administrator gave you by another way before you install a
            certificate: this page may come over plain HTTP, where anybody between can change it.</p>
            <table><thead><tr><th>Certificate</th><th>SHA-256 fingerprint</th><th>Valid until</th></tr></thead>
            <tbody>\(rows)</tbody></table>
            <p><a href="/trust/anchors.pem">All trust anchors in one file (PEM)</a></p>
            <p>HTTPS is \(policy.mode.rawValue) here: <a href="\(Self.escape(address.httpsOrigin))/trust">\(Self.escape(address.httpsOrigin))</a></p>
            </body></html>

            """
    }

    private func row(_ name: String, _ what: String, _ certificate: CertificateView, _ link: String?) -> String {
        let digits = certificate.fingerprint(.sha256).map { Hex.encode([$0]).uppercased() }.joined(separator: ":")
        let title = Self.escape(name)
        let cell = link.map { "<a href=\"\(Self.escape($0))\">\(title)</a>" } ?? title
        let end = certificate.notAfter.map { String($0.iso8601.prefix(10)) } ?? "unreadable"
        return
            "<tr><td>\(cell)<br><small>\(Self.escape(what))</small></td><td><code>\(digits)</code></td><td>\(end)</td></tr>\n"
    }

    /// Names come out of certificates, and anybody can write those.
    static func escape(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }
}
