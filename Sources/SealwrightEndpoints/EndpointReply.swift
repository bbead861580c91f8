// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// What an endpoint answers, before any transport has its say.
///
/// Endpoints never throw and know no HTTP: the adapter turns this into a status line, `ETag` and `Cache-Control`.
package struct EndpointReply: Sendable {
    /// How the exchange ended, in the words every transport can translate.
    package enum Status: Sendable, Hashable {
        /// The body answers the request, even when it refuses: a signed CertRep FAILURE is `ok`.
        case ok
        /// The answer is at another address, which a browser opens by itself.
        case found(location: String)
        /// The request cannot be read.
        case badRequest
        /// Who asks is not known or not allowed; the realm names what to sign in to.
        case unauthorized(realm: String)
        /// Signed in, but not allowed.
        case forbidden
        /// There is no such thing here.
        case notFound
        /// The operation exists, but not with this method; these methods are.
        case methodNotAllowed([String])
        /// The request is over its limit.
        case tooLarge
        /// The request is of a kind that is not read here.
        case unsupportedMediaType
        /// No capacity now; try again after so many seconds.
        case unavailable(retryAfterSeconds: Int)
        /// Our own fault.
        case internalError
    }

    /// Where the body's octets come from.
    package enum Body: Sendable, Hashable {
        case bytes([UInt8])
        case file(path: String)
    }

    /// How long a cache may keep the answer.
    package struct Freshness: Sendable, Hashable {
        /// When the content was made.
        package let producedAt: Timestamp
        /// No cache may use it after this.
        package let notAfter: Timestamp
        /// Seconds a cache may use it without asking.
        package let maxAge: Int
        /// SHA-256 of the body, the strong validator.
        package let digest: [UInt8]

        package init(producedAt: Timestamp, notAfter: Timestamp, maxAge: Int, digest: [UInt8]) {
            self.producedAt = producedAt
            self.notAfter = notAfter
            self.maxAge = maxAge
            self.digest = digest
        }
    }

    package let status: Status
    package let body: Body
    /// The media type, such as `application/x-pki-message`.
    package let mediaType: String
    /// `nil` forbids storing.
    package let freshness: Freshness?
    /// What a browser may do with it, when it is a page.
    package let protection: PageProtection?
    /// What a browser is to send back with its next request: the value of Set-Cookie.
    package let cookie: String?

    package init(
        status: Status = .ok, body: Body, mediaType: String, freshness: Freshness? = nil,
        protection: PageProtection? = nil, cookie: String? = nil
    ) {
        self.status = status
        self.body = body
        self.mediaType = mediaType
        self.freshness = freshness
        self.protection = protection
        self.cookie = cookie
    }

    /// A page for people.
    package static func page(
        _ status: Status, _ page: WebPage, _ protection: PageProtection, cookie: String? = nil
    ) -> EndpointReply {
        EndpointReply(
            status: status, body: .bytes(Array(page.html.utf8)), mediaType: "text/html; charset=utf-8",
            protection: protection, cookie: cookie)
    }

    /// An answer in plain text.
    package static func text(_ status: Status, _ text: String) -> EndpointReply {
        EndpointReply(status: status, body: .bytes(Array(text.utf8)), mediaType: "text/plain; charset=utf-8")
    }
}

/// Who sent a request, as far as the transport knows.
package struct Peer: Sendable, Hashable {
    /// The network address without port; for audit and logs only, never for a decision.
    package let address: String
    /// The identifier given to this request, told in logs and in `X-Request-ID`.
    package let requestID: String

    package init(address: String, requestID: String) {
        self.address = address
        self.requestID = requestID
    }
}
