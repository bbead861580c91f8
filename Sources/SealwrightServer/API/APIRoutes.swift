// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Hummingbird
import SealwrightCore

/// `/api/v1`: everything the command line does, for programs.
///
/// Described in `openapi.json`.
struct APIRoutes: Sendable {
    let middle: Middle

    func add(to router: some RouterMethods<ListenerContext>) {
        let group = router.group("/api/v1")
            .add(middleware: APIAuthentication(tokens: middle.store, clock: middle.clock))
            .add(middleware: APIQueryCheck())
            .add(middleware: IdempotencyKeyCheck())
        StatusAPI(middle: middle).add(to: group)
        CertificatesAPI(middle: middle).add(to: group)
        ChallengesAPI(middle: middle).add(to: group)
        EnrollmentsAPI(middle: middle).add(to: group)
        DevicesAPI(middle: middle).add(to: group)
        DeviceCommandsAPI(middle: middle).add(to: group)
        DeviceCertificatesAPI(middle: middle).add(to: group)
        AuthoritiesAPI(middle: middle).add(to: group)
        AuditAPI(middle: middle).add(to: group)
        TokensAPI(middle: middle).add(to: group)
        BackupAPI(middle: middle).add(to: group)
        ServerCertificatesAPI(middle: middle).add(to: group)
        StagedChangesAPI(middle: middle).add(to: group)
        ExpiryAPI(middle: middle).add(to: group)
    }
}

/// A list and where it goes on.
package struct ListDocument<Item: Codable & Sendable>: Codable, Sendable {
    package let items: [Item]
    /// Pass this as `after` for the next page.
    package let next: String?

    package init(items: [Item], next: String?) {
        self.items = items
        self.next = next
    }
}

extension Request {
    /// Octets of a JSON body.
    ///
    /// A request with a PKCS#10 in it is under 16 KiB.
    fileprivate static let jsonLimit = 1 << 20

    /// The body as a value, in which nothing may stand that is none of its fields.
    ///
    /// - Throws: ``ProblemDocument`` that names the field at fault.
    func json<Value: Decodable>(_ type: Value.Type = Value.self, limit: Int = Self.jsonLimit) async throws -> Value {
        let body = try await tolerantJSON(StrictBody<Value>.self, limit: limit)
        try body.refuseUnknown()
        return body.value
    }

    /// The body as a value, from senders that nobody here can correct: what is no field of it is passed over.
    ///
    /// - Throws: ``ProblemDocument`` that names the field at fault.
    func tolerantJSON<Value: Decodable>(
        _ type: Value.Type = Value.self, limit: Int = Self.jsonLimit
    ) async throws -> Value {
        guard let body = try await octets(upTo: limit) else {
            throw ProblemDocument(
                code: "api.body-too-large", status: .contentTooLarge,
                detail: "a request body may have \(limit) bytes")
        }
        if !body.isEmpty, let type = headers[.contentType], !Self.isJSON(type) {
            throw ProblemDocument(
                code: "api.media-type", status: .unsupportedMediaType,
                detail: "the body is \(type.prefix(80)), and application/json is read")
        }
        // The decoder would take what is no UTF-8 for something else.
        guard String(validating: body, as: UTF8.self) != nil else {
            throw ProblemDocument.invalid("body", "is not UTF-8")
        }
        let text = body.isEmpty ? Array("{}".utf8) : body
        do {
            try StrictJSON.check(text)
            return try JSON.decoder.decode(Value.self, from: .init(text))
        } catch let fault as StrictJSON.Fault {
            throw ProblemDocument.malformed(fault)
        } catch let error as DecodingError {
            throw ProblemDocument.invalid(error.fieldPath, error.plainReason)
        }
    }

    /// `application/json`, or another type whose suffix says that it is JSON; parameters do not matter.
    private static func isJSON(_ mediaType: String) -> Bool {
        let name = mediaType.prefix { $0 != ";" }.lowercased().trimmingCharacters(in: .whitespaces)
        return name == "application/json" || (name.hasPrefix("application/") && name.hasSuffix("+json"))
    }

    /// Yes or no from the query.
    func queryFlag(_ name: String) throws -> Bool {
        switch queryText(name) {
        case nil, "false": return false
        case "true": return true
        case let text?: throw ProblemDocument.invalid(name, "'\(text)' is neither true nor false")
        }
    }

    /// A number from the query inside a range.
    func queryNumber(_ name: String, _ range: ClosedRange<Int>, default standard: Int) throws -> Int {
        guard let text = uri.queryParameters[name[...]] else { return standard }
        guard let value = Int(text), range.contains(value) else {
            throw ProblemDocument.invalid(
                name, "'\(text)' is not a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// The place to go on behind, for lists that number their rows.
    ///
    /// - Returns: the cursor; `nil` for the beginning.
    /// - Throws: ``ProblemDocument`` for one that no page gave out.
    func queryCursor() throws -> String? {
        guard let text = queryText("after") else { return nil }
        guard let number = Int64(text), number >= 0 else {
            throw ProblemDocument.invalid("after", "is not what 'next' of the page before says")
        }
        return text
    }

    /// A header field by name.
    func field(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }

    /// Text from the query.
    func queryText(_ name: String) -> String? { uri.queryParameters[name[...]].map(String.init) }
}

extension DecodingError {
    /// The dotted path of the field at fault.
    fileprivate var fieldPath: String {
        let path: [any CodingKey] =
            switch self {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                context.codingPath
            case .keyNotFound(let key, let context): context.codingPath + [key]
            @unknown default: []
            }
        return path.isEmpty ? "body" : path.map(\.stringValue).joined(separator: ".")
    }

    /// Why, without the decoder's internals.
    fileprivate var plainReason: String {
        switch self {
        case .typeMismatch(let type, _): "is not " + Self.words(type)
        case .valueNotFound, .keyNotFound: "is missing"
        // The decoder tells a number that does not fit in the same words.
        case .dataCorrupted(let context):
            context.codingPath.isEmpty ? "is not JSON, or has a number that is not whole" : context.debugDescription
        @unknown default: "cannot be read"
        }
    }

    /// What was expected, as JSON calls it.
    private static func words(_ type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is any BinaryInteger.Type: "a whole number"
        case is any BinaryFloatingPoint.Type: "a number"
        case is [Any].Type, is [String].Type: "an array"
        default: "an object"
        }
    }
}
