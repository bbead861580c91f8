// SPDX-License-Identifier: Apache-2.0

import Foundation
import Hummingbird
import PKIFormats
package import SealwrightCore
import SealwrightEndpoints

/// `/api/v1/status`, `/settings`, `/doctor`, `/errors`: how the server is, what it was told, what to worry about, what an
/// error means.
struct StatusAPI: Sendable {
    let middle: Middle

    func add(to router: some RouterMethods<ListenerContext>) {
        router.get("status") { _, _ in try JSON.response(try await status()) }
        router.get("settings") { _, _ in
            try JSON.response(ListDocument(items: middle.configuration.settings, next: nil))
        }
        router.get("doctor") { _, _ in try JSON.response(await Doctor(middle: middle).findings()) }
        router.get("errors") { _, _ in
            try JSON.response(ListDocument(items: ErrorCatalog.entries.map { ErrorDocument($0) }, next: nil))
        }
        router.get("errors/:code") { _, context in
            let code = context.parameter("code")
            guard let entry = ErrorCatalog.entry(code) else {
                throw ProblemDocument.notFound(
                    "error code \(code)", hint: "`sealwright explain --list` shows them all.")
            }
            return try JSON.response(ErrorDocument(entry))
        }
    }

    private func status() async throws -> StatusDocument {
        var expiring = CredentialFilter(now: middle.clock.now)
        expiring.expiringWithin = 30 * 86_400
        let soon = try await middle.store.credentials(expiring, after: nil, limit: 1_000)
        let pending = try await middle.store.enrollments(in: .pending, limit: 1_000)
        return StatusDocument(
            version: ServerVersion.number, health: await middle.health(),
            certificates: try await middle.store.credentialCount(), expiringWithin30Days: soon.items.count,
            pendingEnrollments: pending.count,
            endpoints: middle.configuration.endpoints.map(\.configuration.id.rawValue),
            publicationURL: middle.configuration.publicationURL, https: middle.httpsPolicy.mode.rawValue,
            serverCertificate: middle.serverCertificates.served.current?.choice.rawValue ?? "none",
            serverCertificateNotAfter: middle.serverCertificates.served.current?.leaf.notAfter?.iso8601,
            expiryWarnings: try await middle.radar.warnings().count { !$0.item.renewsItself })
    }
}

/// The state of the server in one answer.
package struct StatusDocument: Codable, Sendable {
    package let version: String
    package let health: HealthReport
    /// Device certificates ever issued.
    package let certificates: Int
    /// At most 1000 are counted.
    package let expiringWithin30Days: Int
    /// At most 1000 are counted.
    package let pendingEnrollments: Int
    package let endpoints: [String]
    package let publicationURL: String
    /// `off`, `offered` or `required`.
    package let https: String
    /// `own`, or the identifier of the one that is served.
    package let serverCertificate: String
    package let serverCertificateNotAfter: String?
    /// Certificates known or watched whose end comes near and that do not renew themselves.
    package let expiryWarnings: Int
}

/// What an error code means.
package struct ErrorDocument: Codable, Sendable {
    package let code: String
    package let title: String
    package let cause: String
    package let remedy: String

    package init(_ entry: ErrorCatalog.Entry) {
        code = entry.code
        title = entry.title
        cause = entry.cause
        remedy = entry.remedy
    }
}
