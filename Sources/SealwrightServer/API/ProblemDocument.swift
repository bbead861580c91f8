// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import SealwrightCore
import SealwrightEndpoints

/// The error body of the API: what happened, why, what to do, under a stable type.
///
/// Source: RFC 9457, section 3.
struct ProblemDocument: Codable, Error, Sendable {
    /// `urn:sealwright:error:<code>`.
    let type: String
    /// The stable code, the same as in log, audit trail and command line.
    let code: String
    let title: String
    let status: Int
    /// What happened this time.
    let detail: String
    /// What to do about it.
    let hint: String?
    /// The request this is about.
    var instance: String?

    init(code: String, status: HTTPResponse.Status, detail: String, hint: String? = nil) {
        let entry = ErrorCatalog.entry(code)
        type = "urn:sealwright:error:" + code
        self.code = code
        title = entry?.title ?? status.reasonPhrase
        self.status = status.code
        self.detail = detail
        self.hint = hint ?? entry?.remedy
    }

    static let mediaType = "application/problem+json"

    /// The document as it is sent.
    var octets: [UInt8] { (try? JSON.encoder.encode(self)).map(Array.init) ?? [] }

    /// The HTTP response that carries it.
    func response(to context: ListenerContext) -> Response {
        var document = self
        document.instance = "urn:sealwright:request:" + context.peer.requestID
        let body = document.octets
        var response = Response(
            status: HTTPResponse.Status(code: status),
            headers: [
                .contentType: Self.mediaType, .cacheControl: "no-store",
                .contentLength: String(body.count),
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
        // RFC 9110, section 11.6.1; RFC 6750, section 3: a token that was sent and is no good is told apart.
        if response.status == .unauthorized {
            let fault = code == "api.token-missing" ? "" : ", error=\"invalid_token\""
            response.headers[.wwwAuthenticate] = "Bearer realm=\"sealwright\"" + fault
        }
        if code == "api.content-coding" { response.headers.append(contentsOf: ContentCoding.accepted) }
        return response
    }
}

extension ProblemDocument {
    /// A request that is refused before any route sees it.
    static func unreadable(_ detail: String, status: Int) -> ProblemDocument {
        ProblemDocument(code: "api.unreadable-request", status: HTTPResponse.Status(code: status), detail: detail)
    }

    /// States that a password is long enough for a file that somebody may carry away.
    ///
    /// Characters are counted as JSON Schema counts them for `minLength`: by Unicode scalars.
    ///
    /// - Throws: ``ProblemDocument``.
    static func demandLong(password: String) throws {
        guard password.unicodeScalars.count >= 12 else { throw invalid("password", "needs at least 12 characters") }
    }

    /// An object that does not exist; the hint says where those that do are told.
    static func notFound(_ what: String, hint: String) -> ProblemDocument {
        ProblemDocument(code: "api.not-found", status: .notFound, detail: "there is no \(what)", hint: hint)
    }

    static func noDevice(_ id: DeviceID) -> ProblemDocument {
        ProblemDocument(
            code: "api.not-found", status: .notFound, detail: "there is no device \(id)",
            hint: "`sealwright device list` shows the identifiers.")
    }

    static func noAuthority(_ id: AuthorityID) -> ProblemDocument {
        .notFound("authority \(id)", hint: "`sealwright ca list` shows them.")
    }

    static func noEndpoint(_ id: EndpointID) -> ProblemDocument {
        .notFound("SCEP endpoint \(id)", hint: "`sealwright status` names them.")
    }

    static func noEnrollment(_ id: EnrollmentID) -> ProblemDocument {
        .notFound("enrolment \(id)", hint: "`sealwright enrollment list` shows those that wait.")
    }

    static func invalid(_ field: String, _ reason: String) -> ProblemDocument {
        ProblemDocument(code: "api.invalid-request", status: .badRequest, detail: "\(field): \(reason)")
    }

    /// A body that is no JSON, or that says something twice.
    static func malformed(_ fault: StrictJSON.Fault) -> ProblemDocument {
        switch fault {
        case .syntax(let place, let reason): invalid("body", "is not JSON: octet \(place): \(reason)")
        case .repeatedName(let name): invalid(String(name.prefix(80)), "stands twice in the body")
        }
    }

    static func denied(_ reason: DenialReason) -> ProblemDocument {
        ProblemDocument(code: reason.code, status: .unprocessableContent, detail: reason.sentence, hint: reason.hint)
    }

    static func unavailable(_ cause: Unavailability) -> ProblemDocument {
        ProblemDocument(code: cause.code, status: .serviceUnavailable, detail: cause.description)
    }

    static func refused(_ refusal: EnrollmentRefusal) -> ProblemDocument {
        switch refusal {
        case .denied(let reason): denied(reason)
        case .unavailable(let cause): unavailable(cause)
        }
    }

    static func store(_ error: StoreError) -> ProblemDocument {
        ProblemDocument(code: error.code, status: .serviceUnavailable, detail: error.description)
    }
}

/// The JSON the API speaks: RFC 3339 times, sorted keys, no escaped slashes.
enum JSON {
    static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()

    static let decoder = JSONDecoder()

    /// A 200 response (or another status) with a JSON body.
    static func response(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        let body = try encoder.encode(value)
        return Response(
            status: status,
            headers: [
                .contentType: "application/json; charset=utf-8", .cacheControl: "no-store",
                .contentLength: String(body.count),
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}
