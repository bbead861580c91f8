// SPDX-License-Identifier: Apache-2.0

import PKIFormats
package import SealwrightCore

/// Serves published CRLs as files: `issuing.crl`, `issuing-delta.crl`, `issuing/3-of-16.crl`, and `.pem` of each.
///
/// Source: RFC 5280, section 4.2.1.13; RFC 2585, section 4.2 (media type).
package struct CRLEndpoint: Sendable {
    private let publisher: CRLPublisher
    private let clock: any Clock

    package init(publisher: CRLPublisher, clock: any Clock) {
        self.publisher = publisher
        self.clock = clock
    }

    /// Answers a GET of `/crl/<file>`.
    package func respond(toFile file: String) -> EndpointReply {
        guard let (base, isPEM) = Self.split(file) else { return Self.unknown }
        let isDelta = base.hasSuffix("-delta")
        let authority = AuthorityID(rawValue: String(isDelta ? base.dropLast(6) : base))
        return reply(publisher.shown(authority, kind: isDelta ? .delta : .full), isPEM: isPEM)
    }

    /// Answers a GET of `/crl/<authority>/<file>`: a part of a partitioned CRL.
    package func respond(toPart file: String, of authority: String) -> EndpointReply {
        guard let (base, isPEM) = Self.split(file), let part = CRLPart(text: base) else { return Self.unknown }
        return reply(publisher.shown(AuthorityID(rawValue: authority), part: part), isPEM: isPEM)
    }

    private static func split(_ file: String) -> (base: Substring, isPEM: Bool)? {
        let isPEM = file.hasSuffix(".pem")
        guard isPEM || file.hasSuffix(".crl") else { return nil }
        return (file.dropLast(4), isPEM)
    }

    private func reply(_ shown: (crl: ServedCRL, since: Timestamp)?, isPEM: Bool) -> EndpointReply {
        guard let (crl, since) = shown else { return Self.unknown }
        // A minute at most, so that a cache never holds a CRL long after the next one exists.
        let now = clock.now
        let remaining = crl.nextUpdate.seconds(since: now)
        // HTTP counts whole seconds: who fetched the CRL before in the same second must find this one newer.
        let freshness = EndpointReply.Freshness(
            producedAt: min(since.adding(seconds: 1), now), notAfter: crl.nextUpdate,
            maxAge: Int(clamping: min(max(remaining, 0), 60)), digest: crl.digest)
        if isPEM {
            let text = PEM.encode(crl.der, label: "X509 CRL")
            return EndpointReply(
                body: .bytes(Array(text.utf8)), mediaType: "application/x-pem-file", freshness: freshness)
        }
        return EndpointReply(body: .bytes(crl.der), mediaType: "application/pkix-crl", freshness: freshness)
    }

    private static let unknown = EndpointReply.text(.notFound, "There is no such CRL.\n")
}
