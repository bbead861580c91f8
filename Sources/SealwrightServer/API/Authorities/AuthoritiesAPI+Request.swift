// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import Hummingbird
import PKIFormats
import SealwrightCore

// Requests for the certificate of an issuing authority that somebody else signs.

extension AuthoritiesAPI {
    private struct Wish: Codable {
        /// RFC 4514; by default the present authority's name, counted up.
        var subject: String?
        /// Such as `rsa-2048`; by default that of the present authority.
        var key: String?
    }

    func requests() async throws -> Response {
        do {
            let waiting = try await middle.ceremony.requests()
            return try JSON.response(ListDocument(items: waiting.map { AuthorityRequestDocument($0) }, next: nil))
        } catch let error as AuthorityError {
            throw Self.problem(error)
        }
    }

    func requestAuthority(_ request: Request, _ context: ListenerContext) async throws -> Response {
        let wish = try await request.json(Wish.self)
        var subject: DistinguishedName?
        if let text = wish.subject {
            do { subject = try DistinguishedName(rfc4514: text) } catch {
                throw ProblemDocument.invalid("subject", error.description)
            }
        }
        let type = try Self.keyType(wish.key)
        do {
            let made = try await middle.ceremony.requestAuthority(
                subject: subject, keyType: type, actor: context.actor)
            return try JSON.response(AuthorityRequestDocument(made), status: .created)
        } catch let error as AuthorityError {
            throw Self.problem(error)
        }
    }

    func discardRequest(_ context: ListenerContext) async throws -> Response {
        do {
            try await middle.ceremony.discardRequest(
                AuthorityID(rawValue: context.parameter("id")), actor: context.actor)
            return Response(status: .noContent)
        } catch {
            throw Self.problem(error)
        }
    }
}

/// A request for an authority's certificate as the API tells it.
package struct AuthorityRequestDocument: Codable, Sendable {
    package let id: String
    package let name: String
    package let createdAt: String
    /// PKCS#10, PEM.
    package let pem: String

    init(_ request: AuthorityRequest) {
        id = request.id.rawValue
        name = request.name
        createdAt = request.createdAt.iso8601
        pem = PEM.encode(request.certificationRequest, label: "CERTIFICATE REQUEST")
    }
}
