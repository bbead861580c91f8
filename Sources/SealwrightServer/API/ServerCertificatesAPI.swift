// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import HTTPTypes
import Hummingbird
import PKIFormats
import SealwrightCore

/// `/api/v1/server-certificates`: what the server shows to TLS clients, and everything that could take its place.
struct ServerCertificatesAPI: Sendable {
    let middle: Middle
    private var service: ServerCertificateService { middle.serverCertificates }

    init(middle: Middle) { self.middle = middle }

    func add(to router: some RouterMethods<ListenerContext>) {
        router.get("server-certificate") { _, _ in try await answering { try await JSON.response(served()) } }
        router.get("server-certificates") { _, _ in try await answering { try await list() } }
        router.get("server-certificates/:id") { _, context in
            try await answering { try await document(of: service.find(Self.id(context))) }
        }
        router.get("server-certificates/:id/request") { _, context in
            try await answering { try await download(Self.id(context)) }
        }
        router.post("server-certificates/request") { request, context in
            let wish = try await request.json(RequestWish.self)
            return try await answering { try await make(wish, context) }
        }
        router.post("server-certificates/self-signed") { request, context in
            let wish = try await request.json(SelfSignedWish.self)
            return try await answering { try await makeSelfSigned(wish, context) }
        }
        router.post("server-certificates/import") { request, context in
            let wish = try await request.json(ImportWish.self)
            return try await answering { try await take(wish, context) }
        }
        addChoices(to: router)
    }

    private func addChoices(to router: some RouterMethods<ListenerContext>) {
        router.post("server-certificates/rollback") { request, context in
            let wish = try await request.json(ActivationWish.self)
            return try await answering {
                try await service.rollBack(
                    strandingIsAccepted: wish.strandingIsAccepted ?? false, by: context.actor)
                return try await JSON.response(served())
            }
        }
        router.post("server-certificates/:id/activate") { request, context in
            let wish = try await request.json(ActivationWish.self)
            return try await answering {
                let choice = ServerSelection.Choice(rawValue: context.parameter("id"))
                try await service.activate(
                    choice, strandingIsAccepted: wish.strandingIsAccepted ?? false, by: context.actor)
                return try await JSON.response(served())
            }
        }
        router.post("server-certificates/:id/discard") { request, context in
            try await request.demandNoFields()
            return try await answering {
                try await document(of: service.discard(Self.id(context), by: context.actor))
            }
        }
    }

    // MARK: Looking

    private static func id(_ context: ListenerContext) -> ServerCertificateID {
        ServerCertificateID(rawValue: context.parameter("id"))
    }

    private func list() async throws -> Response {
        let selection = try await service.selection()
        let items = try await service.list().map { ServerCertificateDocument($0, selection) }
        return try JSON.response(ListDocument(items: items, next: nil))
    }

    private func document(
        of certificate: ServerCertificate, status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        try JSON.response(
            ServerCertificateDocument(certificate, try await service.selection()), status: status)
    }

    private func served() async throws -> ServedCertificateDocument {
        ServedCertificateDocument(
            service.served.current, try await service.selection(), mode: middle.httpsPolicy.mode, now: middle.clock.now)
    }

    private func download(_ id: ServerCertificateID) async throws -> Response {
        guard let der = try await service.find(id).request else {
            throw ProblemDocument.notFound(
                "request of \(id)", hint: "What was made by `sealwright server-certificate csr` has one.")
        }
        return OperationsRoutes.text(
            PEM.encode(der, label: "CERTIFICATE REQUEST"), type: "application/x-pem-file")
    }

    // MARK: Making

    struct RequestWish: Codable {
        var names: [String]?
        /// RFC 4514 text.
        var subject: String?
        /// Such as `rsa-2048`.
        var key: String?
    }

    struct SelfSignedWish: Codable {
        var names: [String]?
        var key: String?
        var days: Int64?
    }

    struct ImportWish: Codable {
        /// Base64: PEM, DER, PKCS#7 or PKCS#12.
        var data: Data
        /// More files with certificates or the key, in any of these forms.
        var more: [Data]?
        /// Of the PFX or the encrypted key.
        var password: String?
        /// The request this answers; found by its key without one.
        var answering: String?
    }

    struct ActivationWish: Codable {
        /// Go on, or back, although devices at work do not trust the anchor.
        var strandingIsAccepted: Bool?
    }

    private func make(_ wish: RequestWish, _ context: ListenerContext) async throws -> Response {
        var subject: DistinguishedName?
        if let text = wish.subject {
            do { subject = try DistinguishedName(text: text) } catch {
                throw ProblemDocument.invalid("subject", "\(error)")
            }
        }
        let made = try await service.request(
            names: wish.names ?? [], subject: subject, key: try Self.keyType(wish.key), by: context.actor)
        return try await document(of: made, status: .created)
    }

    private func makeSelfSigned(_ wish: SelfSignedWish, _ context: ListenerContext) async throws -> Response {
        let days = wish.days ?? 365
        guard (31...825).contains(days) else { throw ProblemDocument.invalid("days", "choose 31 to 825") }
        let made = try await service.makeSelfSigned(
            names: wish.names ?? [], key: try Self.keyType(wish.key), days: days, by: context.actor)
        return try await document(of: made, status: .created)
    }

    private func take(_ wish: ImportWish, _ context: ListenerContext) async throws -> Response {
        let read: UploadedIdentity
        do {
            read = try UploadedIdentity(
                [Array(wish.data)] + (wish.more ?? []).map(Array.init), password: wish.password)
        } catch {
            throw ServerCertificateError.unreadable(error.description)
        }
        let taken: ServerCertificate
        if let key = read.key {
            taken = try await service.importIdentity(
                key: key, certificates: read.certificates, by: context.actor)
        } else {
            taken = try await service.answer(
                read.certificates, to: wish.answering.map { ServerCertificateID(rawValue: $0) }, by: context.actor)
        }
        return try await document(of: taken, status: .created)
    }

    private static func keyType(_ text: String?) throws -> KeyType {
        guard let text else { return .rsa2048 }
        guard let type = KeyType(rawValue: text), type != .ed25519 else {
            let known = KeyType.allCases.filter { $0 != .ed25519 }.map(\.rawValue).joined(separator: ", ")
            throw ProblemDocument.invalid("key", "'\(text)' is not one of \(known)")
        }
        return type
    }
}

/// Turns errors of the server certificate's life into problem documents.
private func answering(_ work: () async throws -> Response) async throws -> Response {
    do { return try await work() } catch let error as ServerCertificateError { throw ProblemDocument(error) }
}

extension ProblemDocument {
    /// What a refusal of the server certificate's life is over HTTP.
    init(_ error: ServerCertificateError) {
        switch error {
        case .unknown: self.init(code: error.code, status: .notFound, detail: error.description)
        case .unreadable, .nameNotUsable, .noRequest:
            self.init(code: error.code, status: .unprocessableContent, detail: error.description)
        case .refused(let findings):
            self.init(
                code: error.code, status: .unprocessableContent, detail: error.description,
                hint: findings.first { $0.severity == .error }?.remedy)
        case .clientsDoNotTrust, .wrongState, .inUse, .changeIsOpen, .nothingToRollBack, .ended,
            .changedMeanwhile, .noOwnCertificate:
            self.init(code: error.code, status: .conflict, detail: error.description)
        case .authority(let error): self = AuthoritiesAPI.problem(error)
        case .key(let error):
            self.init(code: error.code, status: .unprocessableContent, detail: error.description)
        case .store(let error): self = .store(error)
        }
    }
}
