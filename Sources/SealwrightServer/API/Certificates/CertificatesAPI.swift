// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import Hummingbird
import NIOCore
import PKIFormats
import SealwrightCore
import SealwrightEndpoints

/// `/api/v1/certificates`: list, show, issue, revoke, release, download.
struct CertificatesAPI: Sendable {
    let middle: Middle
    private let underWay = OrdersUnderWay()

    init(middle: Middle) { self.middle = middle }

    func add(to router: some RouterMethods<ListenerContext>) {
        router.get("certificates") { request, _ in try JSON.response(try await list(request)) }
        router.post("certificates") { request, context in try await issue(request, context) }
        router.get("certificates/:serial") { _, context in
            let credential = try await credential(context)
            return try JSON.response(CertificateDocument(credential, at: middle.clock.now, withPEM: true))
        }
        router.get("certificates/:serial/download") { request, context in try await download(request, context) }
        router.post("certificates/:serial/revoke") { request, context in try await revoke(request, context) }
        router.post("certificates/:serial/release") { request, context in
            try await request.demandNoFields()
            return try await release(context)
        }
    }

    // MARK: List

    private func list(_ request: Request) async throws -> ListDocument<CertificateDocument> {
        let now = middle.clock.now
        if let text = request.queryText("fingerprint") {
            let found = try await credential(fingerprint: text, request)
            let items = [found].compactMap(\.self).map { CertificateDocument($0, at: now, withPEM: false) }
            return ListDocument(items: items, next: nil)
        }
        let filter = try await filter(request, at: now)
        let cursor = request.queryText("after")
        // Two numbers; what is anything else would begin the list anew, and whoever follows it would never come to an end.
        if let cursor, cursor.split(separator: ".").compactMap({ Int64($0) }).filter({ $0 >= 0 }).count != 2 {
            throw ProblemDocument.invalid("after", "is not what 'next' of the page before says")
        }
        let page = try await middle.store.credentials(
            filter, after: cursor, limit: request.queryNumber("limit", 1...1_000, default: 100))
        let withPEM = try request.queryFlag("pem")
        return ListDocument(
            items: page.items.map { CertificateDocument($0, at: now, withPEM: withPEM) }, next: page.next)
    }

    /// What the query asks for.
    ///
    /// An empty list of a device or an authority that is not there would say that nobody holds a certificate any more.
    private func filter(_ request: Request, at now: Timestamp) async throws -> CredentialFilter {
        var filter = CredentialFilter(now: now)
        filter.subject = request.queryText("subject")
        if let device = request.queryText("device").map({ DeviceID(rawValue: $0) }) {
            guard try await middle.store.device(device) != nil else { throw ProblemDocument.noDevice(device) }
            filter.device = device
        }
        filter.authority = try request.queryText("authority").map(existing)
        if let text = request.queryText("owner") {
            guard text == "all" || Credential.Owner(rawValue: text) != nil else {
                throw ProblemDocument.invalid("owner", "choose device, own or all")
            }
            filter.owner = Credential.Owner(rawValue: text)
        }
        if let text = request.queryText("status") {
            guard let status = Credential.Status(rawValue: text) else {
                let known = Credential.Status.allCases.map(\.rawValue).joined(separator: ", ")
                throw ProblemDocument.invalid("status", "choose one of \(known)")
            }
            filter.status = status
        }
        if let text = request.queryText("expiring") {
            guard let seconds = Duration.seconds(of: text) else {
                throw ProblemDocument.invalid("expiring", "'\(text)' is no duration such as 30d or 12h")
            }
            filter.expiringWithin = seconds
        }
        return filter
    }

    /// The authority of a name, whatever its state.
    private func existing(authority name: String) throws -> AuthorityID {
        let id = AuthorityID(rawValue: name)
        guard middle.registry.context(id) != nil else { throw ProblemDocument.noAuthority(id) }
        return id
    }

    /// Filters that a fingerprint leaves nothing to choose for.
    private static let others = ["subject", "device", "authority", "owner", "status", "expiring", "after", "pem"]

    private func credential(fingerprint text: String, _ request: Request) async throws -> Credential? {
        for name in Self.others where request.queryText(name) != nil {
            throw ProblemDocument.invalid(name, "goes without fingerprint, which one certificate has")
        }
        let lengths = [DigestAlgorithm.sha256.byteCount, DigestAlgorithm.sha1.byteCount]
        guard let octets = Hex.decode(text.filter { !": ".contains($0) }), lengths.contains(octets.count) else {
            throw ProblemDocument.invalid("fingerprint", "is no SHA-256 or SHA-1 in hexadecimal")
        }
        return try await middle.store.credential(fingerprint: octets)
    }

    // MARK: One certificate

    /// The certificate of the path: by serial number, or by the identifier that `renewedFrom` and `renewedTo` tell.
    private func credential(_ context: ListenerContext) async throws -> Credential {
        let text = context.parameter("serial")
        if text.hasPrefix(Self.identifierPrefix) {
            guard let credential = try await middle.store.credential(CredentialID(rawValue: text)) else {
                throw Self.notFound("identifier \(text)")
            }
            return credential
        }
        let serial = try serial(context)
        guard let credential = try await middle.store.credential(serial: serial) else {
            throw Self.notFound("serial number \(serial.hex)")
        }
        return credential
    }

    private static let identifierPrefix = CredentialKind.prefix + "_"

    private static func notFound(_ name: String) -> ProblemDocument {
        ProblemDocument(
            code: "certificate.not-found", status: .notFound, detail: "no certificate of ours has the \(name)")
    }

    private func serial(_ context: ListenerContext) throws -> SerialNumber {
        let text = context.parameter("serial")
        guard let serial = SerialNumber(hex: text) else {
            throw ProblemDocument.invalid("serial", "'\(text)' is not a hexadecimal number")
        }
        return serial
    }

    private func download(_ request: Request, _ context: ListenerContext) async throws -> Response {
        let credential = try await credential(context)
        let chain = middle.registry.chain(of: credential.authority).map { Array($0.certificate.encoded) }
        switch request.queryText("format") ?? "pem" {
        case "der": return Self.file(credential.certificate, "application/pkix-cert")
        case "pem": return Self.file(Self.pem([credential.certificate]), "application/x-pem-file")
        case "chain": return Self.file(Self.pem([credential.certificate] + chain), "application/x-pem-file")
        case "p7b":
            let bundle = SignedData.certificatesOnly([credential.certificate] + chain, keepOrder: false)
            return Self.file(bundle, "application/pkcs7-mime")
        case let other: throw ProblemDocument.invalid("format", "'\(other)' is not pem, der, chain or p7b")
        }
    }

    private static func pem(_ certificates: [[UInt8]]) -> [UInt8] {
        certificates.flatMap { Array(PEM.encode($0, label: "CERTIFICATE").utf8) }
    }

    private static func file(_ octets: [UInt8], _ type: String) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: type, .cacheControl: "no-store", .contentLength: String(octets.count)],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: octets)))
    }

    // MARK: Revoke and release

    private struct RevokeRequest: Codable {
        var reason: String?
        var invalidityDate: String?
        /// Needed for the server's own certificates.
        var force: Bool?
    }

    private func revoke(_ request: Request, _ context: ListenerContext) async throws -> Response {
        let serial = try serial(context)
        let wish = try await request.json(RevokeRequest.self)
        guard let reason = CRLReason(name: wish.reason ?? "unspecified") else {
            let known = CRLReason.allCases.filter { $0 != .removeFromCRL }.map(\.name).joined(separator: ", ")
            throw ProblemDocument.invalid("reason", "'\(wish.reason ?? "")' is not one of \(known)")
        }
        var invalidityDate: Timestamp?
        if let text = wish.invalidityDate {
            invalidityDate = Timestamp(rfc3339: text) ?? Timestamp(iso8601: text)
            guard invalidityDate != nil else {
                throw ProblemDocument.invalid("invalidityDate", "is neither a moment as RFC 3339 writes it nor a day")
            }
        }
        do {
            let credential = try await middle.revocation.revoke(
                serial, reason: reason, invalidityDate: invalidityDate, actor: context.actor, force: wish.force ?? false
            )
            return try JSON.response(CertificateDocument(credential, at: middle.clock.now))
        } catch let error as RevocationError {
            throw Self.problem(error)
        }
    }

    private func release(_ context: ListenerContext) async throws -> Response {
        let serial = try serial(context)
        do {
            let credential = try await middle.revocation.release(serial, actor: context.actor)
            return try JSON.response(CertificateDocument(credential, at: middle.clock.now))
        } catch let error as RevocationError {
            throw Self.problem(error)
        }
    }

    private static func problem(_ error: RevocationError) -> ProblemDocument {
        switch error {
        case .notFound: ProblemDocument(code: error.code, status: .notFound, detail: error.description)
        case .alreadyRevoked, .notOnHold, .ownCertificate:
            ProblemDocument(code: error.code, status: .conflict, detail: error.description)
        case .store(let error): .store(error)
        default: ProblemDocument(code: error.code, status: .badRequest, detail: error.description)
        }
    }

    // MARK: Issue

    private struct IssueRequest: Codable {
        /// PEM or base64 of a PKCS#10.
        var csr: String
        var profile: String?
        var authority: String?
        /// RFC 4514; replaces the request's subject.
        var subject: String?
        /// `DNS:…`, `IP:…`, `email:…`, `URI:…`, `UPN:…`; replace the request's.
        var subjectAlternativeNames: [String]?
        /// Such as `90d`.
        var validity: String?

        var name: DistinguishedName? {
            get throws {
                guard let subject else { return nil }
                guard let name = try? DistinguishedName(text: subject) else {
                    throw ProblemDocument.invalid("subject", "'\(subject)' is not a distinguished name")
                }
                return name
            }
        }

        var names: [GeneralName]? {
            get throws {
                try subjectAlternativeNames?.map { text in
                    guard let name = GeneralName(text: text) else {
                        throw ProblemDocument.invalid(
                            "subjectAlternativeNames", "'\(text)' is not a name such as DNS:host.example")
                    }
                    return name
                }
            }
        }

        /// SHA-256 of all that was asked for, in whatever order it was written.
        var fingerprint: [UInt8] {
            get throws { DigestAlgorithm.sha256.hash(try JSON.encoder.encode(self)) }
        }

        var life: RequestedValidity? {
            get throws {
                guard let validity else { return nil }
                guard let seconds = Duration.seconds(of: validity).flatMap({ Int(exactly: $0) }), seconds > 0 else {
                    throw ProblemDocument.invalid("validity", "'\(validity)' is no duration such as 90d")
                }
                return RequestedValidity(amount: seconds, unit: .seconds)
            }
        }
    }

    private func issue(_ request: Request, _ context: ListenerContext) async throws -> Response {
        let wish = try await request.json(IssueRequest.self)
        guard let key = try IdempotencyKeyField(of: request) else { return try await issue(wish, named: nil, context) }
        return try await underWay.carryOut(key) { try await issue(wish, named: key, context) }
    }

    private func issue(
        _ wish: IssueRequest, named key: IdempotencyKeyField?, _ context: ListenerContext
    ) async throws -> Response {
        guard let der = try? PEM.sniff(Array(wish.csr.utf8)).first?.der,
            let csr = try? CertificationRequest(parsing: der)
        else { throw ProblemDocument.invalid("csr", "is not a PKCS#10 in PEM or base64") }
        if let type = csr.subjectPublicKeyInfo.foreignType { throw ProblemDocument.denied(.keyTypeNotAllowed(type)) }
        let profile = wish.profile ?? "device"
        guard middle.configuration.profiles[profile] != nil else {
            throw ProblemDocument.invalid("profile", "there is no profile '\(profile)'")
        }
        guard let authority = try wish.authority.map(existing) ?? middle.registry.issuing()?.id else {
            throw ProblemDocument(
                code: "authority.not-initialized", status: .serviceUnavailable, detail: "there is no issuing authority")
        }
        let order = OperatorRequest(
            certificationRequest: try judged { () throws(DenialReason) in try VerifiedRequest(csr) },
            profile: profile, authority: authority, subject: try wish.name,
            alternativeNames: try wish.names, validity: try wish.life, operator: context.actor,
            idempotencyKey: try key.map { .init(text: $0.text, fingerprint: try wish.fingerprint) },
            peer: context.peer.address)
        let outcome = await middle.enrollment.issue(order)
        if key != nil, outcome == .denied(.transactionIDInUse) {
            throw ProblemDocument(
                code: "api.idempotency-key-reused", status: .unprocessableContent,
                detail: "this Idempotency-Key belongs to an order with another body")
        }
        return try Self.answer(outcome, at: middle.clock.now)
    }

    private func judged<Value>(_ work: () throws(DenialReason) -> Value) throws -> Value {
        do { return try work() } catch { throw ProblemDocument.denied(error) }
    }

    /// An issuance's outcome as the API tells it.
    static func answer(_ outcome: IssuanceOutcome, at now: Timestamp) throws -> Response {
        switch outcome {
        case .issued(let credential):
            return try JSON.response(CertificateDocument(credential, at: now, withPEM: true), status: .created)
        case .pending(let id): return try JSON.response(["enrollment": id.rawValue], status: .accepted)
        case .denied(let reason): throw ProblemDocument.denied(reason)
        case .unavailable(let cause): throw ProblemDocument.unavailable(cause)
        }
    }
}

extension ListenerContext {
    /// Who acts, for the audit trail.
    var actor: String { "operator:" + (operatorName ?? TokensAPI.folderOperator) }

    /// A variable part of the path, escapes undone; empty when the route has no such part.
    func parameter(_ name: String) -> String {
        parameters.get(name).map { $0.removingPercentEncoding ?? $0 } ?? ""
    }
}
