// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import OMADM
import PKIFormats
import SealwrightCore
import SealwrightEndpoints

/// The page a person opens to trust this server: fingerprints to compare, certificates to install.
///
/// It comes over plain HTTP too, because whoever needs it cannot use HTTPS yet; that is why the fingerprints are there.
struct TrustRoutes: Sendable {
    let registry: AuthorityRegistry
    let served: ServedCertificateSource
    let policy: HTTPSPolicy
    let address: ListeningAddress

    func add(to router: some RouterMethods<ListenerContext>) {
        router.get("/trust") { request, _ in
            ReplyAdapter.response(.page(.ok, page, PageProtection()), to: request)
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

    private var page: WebPage {
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
        let https = HTMLText.escape(address.httpsOrigin)
        let body = """
            <p>Compare a fingerprint with the one your administrator gave you by another way before you install a
            certificate: this page may come over plain HTTP, where anybody between can change it.</p>
            <table><thead><tr><th>Certificate</th><th>SHA-256 fingerprint</th><th>Valid until</th></tr></thead>
            <tbody>\(rows)</tbody></table>
            <p><a href="/trust/anchors.pem">All trust anchors in one file (PEM)</a></p>
            <p>\(Self.word(policy.mode)): <a href="\(https)/trust">\(https)/trust</a></p>
            """
        return WebPage(title: "Trust this server", style: Self.style, body: body)
    }

    /// HTTPS answers in each mode; what differs is whether devices are told to use it.
    private static func word(_ mode: HTTPSMode) -> String {
        switch mode {
        case .off: "This page over HTTPS, which devices need not use yet"
        case .offered: "HTTPS, which devices are told to use"
        case .required: "HTTPS, which devices must use"
        }
    }

    private static let style = """
        table{border-collapse:collapse;width:100%}
        th,td{text-align:left;vertical-align:top;padding:.5rem;border-bottom:1px solid #ccc}code{overflow-wrap:anywhere}
        """

    private func row(_ name: String, _ what: String, _ certificate: CertificateView, _ link: String?) -> String {
        let digits = certificate.fingerprint(.sha256).map { Hex.encode([$0]).uppercased() }.joined(separator: ":")
        // Names come out of certificates, and anybody can write those.
        let title = HTMLText.escape(name)
        let cell = link.map { "<a href=\"\(HTMLText.escape($0))\">\(title)</a>" } ?? title
        let end = certificate.notAfter.map { String($0.iso8601.prefix(10)) } ?? "unreadable"
        return
            "<tr><td>\(cell)<br><small>\(HTMLText.escape(what))</small></td><td><code>\(digits)</code></td><td>\(end)</td></tr>\n"
    }
}
