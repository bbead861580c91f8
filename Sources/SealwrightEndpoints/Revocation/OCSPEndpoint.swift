// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
package import SealwrightCore

/// Answers OCSP over GET and POST.
///
/// Every readable request gets status 200 and an OCSPResponse; errors are in its responseStatus.
///
/// Source: RFC 6960, appendix A; RFC 5019, section 5.
package struct OCSPEndpoint: Sendable {
    /// Octets of one request: 100 CertIDs with SHA-256 are under 12 KiB.
    package static let requestLimit = 16 << 10
    static let mediaType = "application/ocsp-response"

    private let responder: OCSPResponder
    private let clock: any Clock

    package init(responder: OCSPResponder, clock: any Clock) {
        self.responder = responder
        self.clock = clock
    }

    /// Answers a POST.
    ///
    /// An answer to a POST is not cached by anybody, so it carries no freshness.
    package func respond(toBody body: [UInt8], authority: String?) async -> EndpointReply {
        let reply = await responder.respond(
            to: body, at: clock.now, authority: authority.map { AuthorityID(rawValue: $0) })
        return EndpointReply(body: .bytes(reply.body), mediaType: Self.mediaType)
    }

    /// Answers a GET of `/ocsp/<authority>/<base64>`; the path is given behind `/ocsp/`, undecoded.
    ///
    /// Unescaped `/` and `+`, escapes of both, escapes of these escapes, URL-safe alphabet and missing padding are all
    /// accepted: proxies and clients disagree about every one of them. A slash lost by a proxy that merges doubled ones
    /// cannot be restored.
    ///
    /// Source: RFC 6960, appendix A.1.
    package func respond(toPath path: some StringProtocol) async -> EndpointReply {
        let name = path.prefix { $0 != "/" }
        let rest = path.dropFirst(name.count).drop { $0 == "/" }
        guard let text = Self.unescaped(rest), let request = Base64.decode(text, tolerance: .tolerant) else {
            return EndpointReply(
                body: .bytes(OCSPResponseStatus.malformedRequest.errorResponse), mediaType: Self.mediaType)
        }
        let reply = await responder.respond(
            to: request, at: clock.now, authority: AuthorityID(rawValue: String(name)))
        guard let produced = reply.thisUpdate, reply.maxAge > 0 else {
            return EndpointReply(body: .bytes(reply.body), mediaType: Self.mediaType)
        }
        let freshness = EndpointReply.Freshness(
            producedAt: produced, notAfter: produced.adding(seconds: Int64(reply.maxAge)), maxAge: reply.maxAge,
            digest: DigestAlgorithm.sha256.hash(reply.body))
        return EndpointReply(body: .bytes(reply.body), mediaType: Self.mediaType, freshness: freshness)
    }

    /// Takes escapes away, twice when the first time leaves some.
    private static func unescaped(_ path: some StringProtocol) -> String? {
        guard let text = PercentEncoding.text(path.utf8, limit: requestLimit * 2) else { return nil }
        return text.utf8.contains(0x25) ? PercentEncoding.text(text.utf8, limit: requestLimit * 2) : text
    }
}
