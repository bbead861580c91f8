// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider
package import Logging
package import PKIFormats
import SCEP
package import SealwrightCore

/// One SCEP endpoint: bytes or a query in, a reply out.
///
/// It never throws; a refusal is a reply.
///
/// `GetCACaps`, `GetCACert` and `GetNextCACert` are answered here; `PKIOperation` goes through ``ServerTransaction``
/// to the middle and back.
///
/// Source: RFC 8894, section 4.
package struct SCEPEndpoint: Sendable {
    /// Octets of one message.
    ///
    /// An RSA-4096 PKCSReq with a 2 KiB challenge is under 8 KiB.
    package static let messageLimit = 256 << 10

    let configuration: SCEPEndpointConfiguration
    let services: SCEPServices
    let logger: Logger

    /// Makes an endpoint over the middle's services.
    package init(configuration: SCEPEndpointConfiguration, services: SCEPServices, logger: Logger) {
        self.configuration = configuration
        self.services = services
        var logger = logger
        logger[metadataKey: "endpoint"] = "\(configuration.id)"
        self.logger = logger
    }

    /// Answers a GET: every operation, PKIOperation with the message in the query.
    ///
    /// The query is as it came, percent escapes and `+` untouched.
    package func respond(toQuery rawQuery: String, from peer: Peer) async -> EndpointReply {
        do {
            switch try Operation(rawQuery: rawQuery) {
            case .getCACaps(let identifier): return refusal(of: identifier, from: peer) ?? capabilities()
            case .getCACert(let identifier): return refusal(of: identifier, from: peer) ?? certificates()
            case .getNextCACert(let identifier):
                if let refusal = refusal(of: identifier, from: peer) { return refusal }
                return await nextCertificates()
            case .pkiOperation:
                return await respond(toMessage: try GETMessage.decode(rawQuery: rawQuery), from: peer)
            }
        } catch {
            return unreadable(error, peer)
        }
    }

    /// Answers a POST, whose body is the message whatever its media type says.
    package func respond(toBody body: [UInt8], rawQuery: String, from peer: Peer) async -> EndpointReply {
        do {
            guard case .pkiOperation = try Operation(rawQuery: rawQuery) else {
                return .text(.methodNotAllowed(["GET"]), "This operation is asked for with GET.\n")
            }
        } catch {
            return unreadable(error, peer)
        }
        return await respond(toMessage: body, from: peer)
    }

    func unreadable(_ error: SCEPError, _ peer: Peer) -> EndpointReply {
        logger.info(
            "SCEP request unreadable",
            metadata: [
                "request.id": "\(peer.requestID)", "peer": "\(peer.address)", "error.code": "\(error.code)",
                "error": "\(error)",
            ])
        let status: EndpointReply.Status = if case .messageTooLarge = error { .tooLarge } else { .badRequest }
        return .text(status, "\(error.code): \(error)\n")
    }

    /// The rules as they are now, after whatever rotations there were.
    private var policy: EnrollmentPolicy { configuration.policy.following(services.registry) }

    var authority: AuthorityContext? { services.registry.context(policy.authority) }
}

/// What SCEP endpoints need of the middle.
package struct SCEPServices: Sendable {
    let enrollment: EnrollmentService
    let registry: AuthorityRegistry
    let store: any CredentialStore & AuditStore
    let crls: CRLPublisher
    let clock: any Clock
    let counter: (any EventCounter)?

    package init(
        enrollment: EnrollmentService, registry: AuthorityRegistry, store: any CredentialStore & AuditStore,
        crls: CRLPublisher, clock: any Clock, counter: (any EventCounter)? = nil
    ) {
        self.enrollment = enrollment
        self.registry = registry
        self.store = store
        self.crls = crls
        self.clock = clock
        self.counter = counter
    }
}

// MARK: - GetCACaps, GetCACert, GetNextCACert

extension SCEPEndpoint {
    /// The capability list.
    ///
    /// It must be right for both strongSwan 5.9.8, which wants `SHA-384` in it, and iOS, which
    /// wants a SHA-2 or SHA-1.
    ///
    /// Source: RFC 8894, section 3.5.2.
    private func capabilities() -> EndpointReply {
        let list = configuration.settings.capabilities(hasSuccessor: successor != nil)
        return EndpointReply(body: .bytes(Array(list.serialize().utf8)), mediaType: MediaType.capabilities)
    }

    /// The RA and CA certificates in the endpoint's shape.
    ///
    /// Source: RFC 8894, section 4.2.
    private func certificates() -> EndpointReply {
        guard let authority else { return noAuthority }
        let above = services.registry.chain(of: authority.authority.id).dropFirst().map(\.certificate.encoded)
        let ra = ra(of: authority)
        let body = GetCACert.reply(
            configuration.settings.getCACertShape, ra: ra?.certificate.encoded,
            encryption: ra.flatMap { services.registry.encryption(of: $0) }?.certificate.encoded,
            issuing: authority.certificate.encoded, chain: Array(above))
        return EndpointReply(body: .bytes(body.octets), mediaType: body.mediaType)
    }

    /// The authority that clients are told will follow; one that was revoked will not.
    private var successor: AuthorityContext? {
        services.registry.staged().flatMap { $0.revocation == nil ? $0 : nil }
    }

    /// The staged successor, signed by the present RA; 404 while none is staged.
    ///
    /// Source: RFC 8894, section 4.7.
    private func nextCertificates() async -> EndpointReply {
        guard let authority, let signer = recipients(of: authority).first else { return noAuthority }
        guard let next = successor else {
            return .text(.notFound, "No successor certification authority is staged.\n")
        }
        do {
            // In the order of GetCACert: clients take them by position here too.
            let ra = raCertificates(of: next)
            let draft = try GetNextCACertDraft(
                next: Array(ra.prefix(1)) + [next.certificate.encoded] + Array(ra.dropFirst()),
                signedBy: signer.certificate, digest: .sha256, at: services.clock.now)
            let signature = try await signer.key.sign(draft.bytesToSign, algorithm: draft.signatureAlgorithm)
            let body = try draft.finish(signature: signature)
            return EndpointReply(body: .bytes(body.octets), mediaType: body.mediaType)
        } catch {
            logger.error("GetNextCACert failed", metadata: ["error": "\(error)"])
            return .text(.unavailable(retryAfterSeconds: 5), "The answer could not be signed.\n")
        }
    }

    /// Windows always sends `default` and Cisco its trustpoint's name: unknown names mean this endpoint's authority,
    /// unless the administrator asked for strictness.
    private func accepts(_ identifier: String?) -> Bool {
        guard let identifier, configuration.settings.refusesUnknownCAIdentifier else { return true }
        return identifier == configuration.id.rawValue || identifier == policy.authority.rawValue
            || identifier == authority?.authority.name
    }

    /// 404 for a CA identifier that is not accepted.
    ///
    /// It is told to the log alone: who asks has proven nothing, and must not fill the audit trail.
    private func refusal(of identifier: String?, from peer: Peer) -> EndpointReply? {
        guard !accepts(identifier) else { return nil }
        logger.info(
            "SCEP CA identifier unknown",
            metadata: [
                "request.id": "\(peer.requestID)", "peer": "\(peer.address)",
                "identifier": "\((identifier ?? "").prefix(64))",
            ])
        return .text(.notFound, "No certification authority has this identifier.\n")
    }

    private var noAuthority: EndpointReply {
        .text(.unavailable(retryAfterSeconds: 60), "The certification authority of this endpoint is not available.\n")
    }
}

// MARK: - RA keys

extension SCEPEndpoint {
    /// A certificate devices may encrypt to, and its key.
    package struct Recipient: Sendable {
        package let certificate: CertificateView
        package let key: any PrivateKey
        /// Whether it is the staged successor's, which devices know from GetNextCACert.
        package fileprivate(set) var isOfSuccessor = false
        /// Whether it is an RA's certificate that signs, the authority's own where that is its RA; not an RA's second.
        fileprivate(set) var isRA = false
    }

    /// The current RA first, then older ones whose key still decrypts, then the CA itself if it acts as RA, then the
    /// RAs' second certificates, then the same of the staged successor.
    ///
    /// Second certificates are only ever encrypted to; see ``signer(answering:of:)``.
    func recipients(of authority: AuthorityContext) -> [Recipient] {
        var found = recipients(.scepRA, authority.id)
        if let key = authority.key, actsAsRA(authority) {
            found.append(Recipient(certificate: authority.certificate, key: key))
        }
        // Clients keep the certificates they got once, so the keys of the authorities before still decrypt.
        let earlier = policy.renewalAuthorities.filter { $0 != authority.id }
        for id in earlier { found += recipients(.scepRA, id) }
        for id in [authority.id] + earlier { found += recipients(.scepRAEncryption, id) }
        return found + successorRecipients
    }

    /// Who signs the answer to what a recipient's key opened: the RA that the device encrypted to.
    ///
    /// Devices keep the certificates they got once, our own client while it polls, and take an answer of no other RA.
    /// One that has ended or was revoked is believed by nobody; then the present one signs, of a successor its first.
    func signer(answering opener: Recipient, of recipients: [Recipient]) async -> Recipient? {
        let present = recipients.first { $0.isOfSuccessor == opener.isOfSuccessor }
        let key = opener.certificate.subjectPublicKeyInfo
        let known = recipients.first { $0.certificate.subjectPublicKeyInfo == key && $0.isRA }
        guard let known, known.certificate != present?.certificate else { return present }
        guard known.certificate.isValid(at: services.clock.now), await !isRevoked(known) else { return present }
        return known
    }

    private func isRevoked(_ recipient: Recipient) async -> Bool {
        guard let issuer = services.registry.authority(issuing: recipient.certificate) else { return true }
        do {
            let status = try await services.store.status(
                authority: issuer.id, serial: recipient.certificate.serialNumber)
            return status?.revocation != nil
        } catch {
            return true
        }
    }

    private var successorRecipients: [Recipient] {
        guard policy.followsRotation, let staged = services.registry.staged() else { return [] }
        var found = recipients(.scepRA, staged.id)
        if let key = staged.key, actsAsRA(staged) {
            found.append(Recipient(certificate: staged.certificate, key: key))
        }
        return (found + recipients(.scepRAEncryption, staged.id)).map {
            Recipient(certificate: $0.certificate, key: $0.key, isOfSuccessor: true, isRA: $0.isRA)
        }
    }

    private func recipients(_ purpose: ServiceIdentity.Purpose, _ authority: AuthorityID) -> [Recipient] {
        services.registry.identities(purpose, for: authority).map {
            Recipient(certificate: $0.certificate, key: $0.key, isRA: purpose == .scepRA)
        }
    }

    private func actsAsRA(_ authority: AuthorityContext) -> Bool {
        authority.certificate.keyUsage?.contains(.keyEncipherment) ?? false
    }

    private func ra(of authority: AuthorityContext) -> ServiceKey? {
        services.registry.identities(.scepRA, for: authority.id).first
    }

    /// The RA's certificate, good for both, and the one for encryption alone.
    private func raCertificates(of authority: AuthorityContext) -> [[UInt8]] {
        let ra = ra(of: authority)
        return [ra, ra.flatMap { services.registry.encryption(of: $0) }].compactMap { $0?.certificate.encoded }
    }
}
