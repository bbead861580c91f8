// SPDX-License-Identifier: Apache-2.0

import Foundation
import Hummingbird
import OMADM
import PKIFormats
import SealwrightCore
import SealwrightEndpoints

/// `/api/v1/devices/<id>/certificates`: which certificates a device is to have, and how much of that is proved.
struct DeviceCertificatesAPI: Sendable {
    let middle: Middle

    func add(to router: some RouterMethods<ListenerContext>) {
        router.get("devices/:id/certificates") { request, context in
            try await list(request, DeviceID(rawValue: context.parameter("id")))
        }
        router.get("installations") { request, _ in try await list(request, nil) }
        router.post("devices/:id/certificates") { request, context in try await order(request, context) }
        router.delete("devices/:id/certificates/:installation") { _, context in try await remove(context) }
    }

    private func list(_ request: Request, _ device: DeviceID?) async throws -> Response {
        if let device, try await middle.store.device(device) == nil {
            throw ProblemDocument.noDevice(device)
        }
        var stage: CertificateInstallation.Stage?
        if let text = request.queryText("stage") {
            stage = CertificateInstallation.Stage(rawValue: text)
            guard stage != nil else {
                let known = CertificateInstallation.Stage.allCases.map(\.rawValue).joined(separator: ", ")
                throw ProblemDocument.invalid("stage", "choose one of \(known)")
            }
        }
        let page = try await middle.store.installations(
            of: device, stage: stage, after: request.queryCursor(),
            limit: request.queryNumber("limit", 1...1_000, default: 100))
        var items: [InstallationDocument] = []
        for installation in try await truth(of: page.items) {
            items.append(InstallationDocument(installation, certificate: try await status(of: installation)))
        }
        return try JSON.response(ListDocument(items: items, next: page.next))
    }

    /// What became of the certificate since it was issued: in place it may be, and of no use.
    private func status(of installation: CertificateInstallation) async throws -> Credential.Status? {
        guard let id = installation.credential else { return nil }
        return try await middle.store.credential(id)?.status(at: middle.clock.now)
    }

    /// What the authority has recorded since the device was here last is told without waiting for the device.
    private func truth(of installations: [CertificateInstallation]) async throws -> [CertificateInstallation] {
        var current: [CertificateInstallation] = []
        for installation in installations {
            guard !installation.stage.isSettled || installation.isGivenUp else {
                current.append(installation)
                continue
            }
            do {
                current.append(try await middle.management.reconcile(installation.id))
            } catch {
                throw ProblemDocument(error)
            }
        }
        return current
    }

    private func remove(_ context: ListenerContext) async throws -> Response {
        let device = DeviceID(rawValue: context.parameter("id"))
        let id = CertificateInstallationID(rawValue: context.parameter("installation"))
        guard try await middle.store.device(device) != nil else { throw ProblemDocument.noDevice(device) }
        guard let installation = try await middle.store.installation(id), installation.device == device else {
            throw ProblemDocument.notFound(
                "certificate \(id) on the device \(device)",
                hint: "`sealwright device certificates` shows them; --json has the identifiers.")
        }
        do {
            let command = try await middle.orders.remove(installation, by: context.actor)
            return try JSON.response(QueuedCommandDocument(command), status: .accepted)
        } catch let error as OMADMOrderError {
            throw ProblemDocument(error)
        }
    }

    private struct Wish: Codable {
        var uniqueID: String?
        /// `device` or `user`.
        var scope: String?
        /// RFC 4514; for a certificate the device enrols for.
        var subject: String?
        /// `DNS:…`, `email:…`, `UPN:…`, `IP:…`, `URI:…`.
        var names: [String]?
        /// The SCEP endpoint.
        var endpoint: String?
        var keyLength: Int?
        /// `tpm`, `tpm-if-present` or `software`.
        var keyProtection: String?
        /// How long the device has to enrol, such as `7d`.
        var ttl: String?
        /// PKCS#12 in Base64; for a certificate that is sent with its key.
        var pfx: String?
        var password: String?
        var exportable: Bool?
    }

    private func order(_ request: Request, _ context: ListenerContext) async throws -> Response {
        let wish = try await request.json(Wish.self)
        let device = DeviceID(rawValue: context.parameter("id"))
        guard let known = try await middle.store.device(device) else {
            throw ProblemDocument.noDevice(device)
        }
        guard wish.uniqueID?.isEmpty != true else {
            throw ProblemDocument.invalid("uniqueID", "is empty; left out, it is made from the endpoint's name")
        }
        guard let scope = CommandScope(rawValue: wish.scope ?? "device") else {
            throw ProblemDocument.invalid("scope", "choose device or user")
        }
        do {
            let made =
                wish.pfx == nil
                ? try await enrol(wish, scope, known, context.actor)
                : try await send(wish, scope, device, context.actor)
            return try JSON.response(InstallationDocument(made), status: .created)
        } catch let error as OMADMOrderError {
            throw ProblemDocument(error)
        }
    }

    private func enrol(
        _ wish: Wish, _ scope: CommandScope, _ device: Device, _ actor: String
    ) async throws -> CertificateInstallation {
        let protections: [String: SCEPCertificatePayload.KeyProtection] = [
            "tpm": .tpm, "tpm-if-present": .tpmIfPresent, "software": .software,
        ]
        guard let protection = protections[wish.keyProtection ?? "tpm-if-present"] else {
            throw ProblemDocument.invalid("keyProtection", "choose tpm, tpm-if-present or software")
        }
        guard let life = Duration.seconds(of: wish.ttl ?? "7d"), life > 0 else {
            throw ProblemDocument.invalid("ttl", "'\(wish.ttl ?? "")' is no duration such as 7d or 1h")
        }
        let endpoint = EndpointID(rawValue: wish.endpoint ?? EndpointID.default.rawValue)
        guard let options = middle.configuration.endpoints.first(where: { $0.configuration.id == endpoint }) else {
            throw ProblemDocument.noEndpoint(endpoint)
        }
        let bits = wish.keyLength ?? 2048
        try demand(bits, at: options.configuration.policy)
        let subject = wish.subject ?? DistinguishedName([(type: .commonName, text: device.name)]).rfc4514
        return try await middle.orders.order(
            OMADMCertificateOrder(
                uniqueID: wish.uniqueID ?? "sealwright-\(endpoint)", scope: scope, endpoint: endpoint,
                subject: subject, names: wish.names ?? [], keyLength: bits,
                keyProtection: protection, timeToLive: life),
            for: device.id, by: actor)
    }

    /// Refuses sizes of keys that the endpoint would refuse when the device comes.
    private func demand(_ bits: Int, at policy: EnrollmentPolicy) throws {
        guard let rule = middle.configuration.profiles[policy.profile]?.key else { return }
        let (least, most) = (policy.minimumRSABits ?? rule.minimumRSABits, rule.maximumRSABits)
        guard bits >= least, bits <= most else {
            throw ProblemDocument.invalid(
                "keyLength", "the endpoint \(policy.endpoint) takes RSA keys of \(least) to \(most) bits, not \(bits)")
        }
    }

    private func send(
        _ wish: Wish, _ scope: CommandScope, _ device: DeviceID, _ actor: String
    ) async throws -> CertificateInstallation {
        guard let pfx = wish.pfx.flatMap({ Base64.decode($0, tolerance: .tolerant) }) else {
            throw ProblemDocument.invalid("pfx", "is not Base64")
        }
        return try await middle.orders.order(
            OMADMPFXOrder(
                uniqueID: wish.uniqueID, scope: scope, pfx: pfx, password: wish.password.map { Secret($0) },
                isExportable: wish.exportable ?? false),
            for: device, by: actor)
    }
}
