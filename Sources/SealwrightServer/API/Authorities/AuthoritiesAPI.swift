// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import Hummingbird
import PKIFormats
import SealwrightCore

/// `/api/v1/authorities`: the hierarchy, its successor, its CRLs, and the root's way off this machine.
struct AuthoritiesAPI: Sendable {
    let middle: Middle

    func add(to router: some RouterMethods<ListenerContext>) {
        router.get("authorities") { _, _ in
            try JSON.response(ListDocument(items: middle.registry.all.map { document($0) }, next: nil))
        }
        router.get("authorities/:id") { _, context in try JSON.response(document(try authority(context))) }
        router.post("authorities/successor") { request, context in try await stage(request, context) }
        router.delete("authorities/successor") { _, context in try await discardSuccessor(context) }
        router.post("authorities/rotate") { request, context in try await rotate(request, context) }
        router.post("authorities/import") { request, context in try await importAuthority(request, context) }
        router.get("authority-requests") { _, _ in try await requests() }
        router.post("authority-requests") { request, context in try await requestAuthority(request, context) }
        router.delete("authority-requests/:id") { _, context in try await discardRequest(context) }
        router.post("authorities/:id/key") { request, context in try await restoreKey(request, context) }
        router.post("authorities/:id/crl") { request, context in
            try await request.demandNoFields()
            return try await publish(context)
        }
        router.post("authorities/:id/export") { request, context in try await export(request, context) }
    }

    func authority(_ context: ListenerContext) throws -> AuthorityContext {
        let id = AuthorityID(rawValue: context.parameter("id"))
        guard let found = middle.registry.context(id) else { throw ProblemDocument.noAuthority(id) }
        return found
    }

    func document(_ context: AuthorityContext) -> AuthorityDocument {
        AuthorityDocument(context, publication: middle.publication, crl: middle.crls.current(context.id))
    }

    private struct StageRequest: Codable {
        /// Such as `rsa-2048`; by default that of the present authority.
        var key: String?
    }

    /// The kind of key that the field `key` names.
    static func keyType(_ text: String?) throws -> KeyType? {
        guard let text else { return nil }
        guard let type = KeyType(rawValue: text) else {
            throw ProblemDocument.invalid("key", "'\(text)' is not a key type")
        }
        return type
    }

    private func stage(_ request: Request, _ context: ListenerContext) async throws -> Response {
        let wish = try await request.json(StageRequest.self)
        let type = try Self.keyType(wish.key)
        do {
            return try JSON.response(
                document(try await middle.ceremony.stageSuccessor(keyType: type, by: context.actor)), status: .created)
        } catch let error as AuthorityError {
            throw Self.problem(error)
        }
    }

    private func discardSuccessor(_ context: ListenerContext) async throws -> Response {
        do {
            try await middle.ceremony.discardSuccessor(by: context.actor)
            return Response(status: .noContent)
        } catch {
            throw Self.problem(error)
        }
    }

    private struct RotateRequest: Codable {
        var strandingIsAccepted: Bool?
    }

    private func rotate(_ request: Request, _ context: ListenerContext) async throws -> Response {
        let wish = try await request.json(RotateRequest.self)
        if let staged = middle.registry.staged(), !(wish.strandingIsAccepted ?? false) {
            try await demandTrust(in: middle.registry.chain(of: staged.id).map(\.certificate))
        }
        do {
            let active = try await middle.ceremony.rotate(by: context.actor)
            await middle.issuingChanged()
            return try JSON.response(document(active))
        } catch let error as AuthorityError {
            throw Self.problem(error)
        }
    }

    private func publish(_ context: ListenerContext) async throws -> Response {
        let authority = try authority(context)
        do {
            try await middle.crls.publish(authority.id)
            return try JSON.response(document(authority))
        } catch let error as AuthorityError {
            throw Self.problem(error)
        }
    }

    private struct ExportRequest: Codable {
        /// Protects the exported key.
        var password: String
        /// Whether the key leaves this machine for good.
        var remove: Bool?
    }

    private struct ExportAnswer: Codable {
        let pem: String
        let certificate: String
    }

    private func export(_ request: Request, _ context: ListenerContext) async throws -> Response {
        let authority = try authority(context)
        let wish = try await request.json(ExportRequest.self)
        try ProblemDocument.demandLong(password: wish.password)
        do {
            let pem = try await middle.ceremony.exportKey(
                of: authority.id, password: wish.password, actor: context.actor)
            if wish.remove ?? false { try await middle.ceremony.takeOffline(authority.id, by: context.actor) }
            let certificate = PEM.encode(authority.certificate.encoded, label: "CERTIFICATE")
            return try JSON.response(ExportAnswer(pem: pem, certificate: certificate))
        } catch let error as AuthorityError {
            throw Self.problem(error)
        }
    }

    static func problem(_ error: AuthorityError) -> ProblemDocument {
        switch error {
        case .unknownAuthority: ProblemDocument(code: error.code, status: .notFound, detail: "\(error)")
        case .store(let error): .store(error)
        default: ProblemDocument(code: error.code, status: .conflict, detail: "\(error)")
        }
    }
}

/// An authority as the API tells it.
package struct AuthorityDocument: Codable, Sendable {
    package let id: String
    package let name: String
    package let kind: String
    /// What it is used for: `active`, `staged`, `retired` or `offline`.
    package let role: String
    /// The role, or `revoked` or `on-hold` when an authority of ours says so of its certificate.
    package let status: String
    package let subject: String
    package let serial: String
    package let key: String
    /// Whether the key is on this machine.
    package let isKeyHere: Bool
    package let issuer: String?
    package let notBefore: String?
    package let notAfter: String?
    /// SHA-256 of the certificate, hexadecimal.
    package let fingerprint: String
    package let crlURL: String
    /// Of issuing authorities: a root tells what it revoked by CRL alone.
    package let ocspURL: String?
    package let certificateURL: String
    package let crlNumber: Int64?
    package let crlNextUpdate: String?
    /// When and why its certificate was revoked.
    package let revocation: RevocationDocument?
    package let pem: String

    init(_ context: AuthorityContext, publication: Publication, crl: ServedCRL?) {
        let certificate = context.certificate
        id = context.id.rawValue
        name = context.authority.name
        kind = context.authority.kind.rawValue
        role = context.authority.status.rawValue
        status = context.revocation.map { $0.reason == .certificateHold ? "on-hold" : "revoked" } ?? role
        subject = certificate.subject.rfc4514
        serial = certificate.serialNumber.hex
        key = certificate.publicKey?.keyDescription ?? "unknown"
        isKeyHere = context.key != nil
        issuer = context.authority.issuer?.rawValue
        notBefore = certificate.notBefore?.iso8601
        notAfter = certificate.notAfter?.iso8601
        fingerprint = Hex.encode(certificate.fingerprint(.sha256))
        crlURL = publication.crlURL(context.id)
        ocspURL = context.authority.kind == .issuing ? publication.ocspURL(context.id) : nil
        certificateURL = publication.certificateURL(context.id)
        crlNumber = crl?.number
        crlNextUpdate = crl?.nextUpdate.iso8601
        revocation = context.revocation.map { RevocationDocument($0) }
        pem = PEM.encode(certificate.encoded, label: "CERTIFICATE")
    }
}
