// SPDX-License-Identifier: Apache-2.0

package import Logging
import OMADM
import PKIFormats
package import SealwrightCore

/// The management of devices by OMA-DM: a message of a device in, an answer out.
///
/// Who the device is comes from its certificate, shown to TLS or signing the message; what it says of itself is only
/// compared. What it is told comes from the queue of the middle, and what it answers goes back there.
///
/// Source: OMA Device Management Protocol 1.2, section 8; MS-MDM, section 3.1.
package struct OMADMEndpoint: Sendable {
    /// What the endpoint needs of the middle.
    package struct Services: Sendable {
        let store: any Store
        let management: ManagementService
        let devices: DeviceAuthenticator
        let orders: OMADMOrders
        let revocation: RevocationService
        /// What devices are to trust before it is used; `nil` where nothing is changed in steps.
        let changes: StagedChangeService?
        let clock: any Clock

        package init(
            store: any Store, management: ManagementService, devices: DeviceAuthenticator, orders: OMADMOrders,
            revocation: RevocationService, changes: StagedChangeService? = nil, clock: any Clock
        ) {
            self.store = store
            self.management = management
            self.devices = devices
            self.orders = orders
            self.revocation = revocation
            self.changes = changes
            self.clock = clock
        }
    }

    /// Octets of one message; a device sends large values in parts.
    package static let requestLimit = 8 << 20
    /// Octets of a message that nobody has vouched for.
    private static let strangerLimit = 1 << 20
    /// Elements of such a message: one for each twenty octets, and devices write one in thirty.
    private static let strangerElements = 50_000
    /// Octets that every message may have, so that who sent it need not be known before it is read.
    ///
    /// It has fewer elements than octets.
    private static let shortMessage = strangerElements
    /// Who acts, in audit events.
    static let actor = "oma-dm:\(WindowsEnrollmentConfiguration.endpoint)"
    /// Commands that are looked at for one answer; a session goes on until none is left.
    static let commandsPerAnswer = 64
    /// Commands among which those of a user are looked for, in a session for that user alone.
    static let commandsOfAllScopes = 1_000

    let services: Services
    let logger: Logger
    /// The address of the server, as devices know it.
    let address: @Sendable () -> String
    let sessions = OMADMSessions()
    let digests: OMADMDigestAccounts
    /// Where it is told whom the endpoint did not let in.
    let refusals: RefusalTrail

    package init(
        services: Services, secrets: WindowsAccountSecrets, address: @escaping @Sendable () -> String, logger: Logger
    ) {
        self.services = services
        digests = OMADMDigestAccounts(secrets: secrets)
        refusals = RefusalTrail(store: services.store)
        self.address = address
        self.logger = logger
    }

    /// Answers a message.
    package func respond(to request: OMADMRequest, from peer: Peer) async -> EndpointReply {
        guard let form = SyncMLForm(mediaType: request.mediaType, octets: request.body) else {
            return await refuse(.mediaType(request.mediaType ?? ""), request, nil, nil, peer)
        }
        var received: SyncML?
        do throws(OMADMRefusal) {
            let limits = await limits(of: request)
            let message = try Self.read(request, form, limits)
            received = message
            try Self.checkVersions(of: message)
            let identity = try await identify(request, message)
            let exchange = Exchange(
                identity: identity, message: message, body: Self.repeatable(request, message, identity, form),
                form: form, peer: peer)
            return EndpointReply(body: .bytes(try await converse(exchange)), mediaType: form.mediaType)
        } catch {
            return await refuse(error, request, form, received, peer)
        }
    }

    /// What a repetition is known by: a digest is made anew each time, the rest of the message stays.
    private static func repeatable(
        _ request: OMADMRequest, _ message: SyncML, _ identity: Identity, _ form: SyncMLForm
    ) -> [UInt8] {
        guard identity.chal != nil else { return request.body }
        var message = message
        message.hdr.cred = nil
        return (try? message.serialize(as: form)) ?? request.body
    }

    /// One message with what is known about it.
    struct Exchange: Sendable {
        let identity: Identity
        let message: SyncML
        let body: [UInt8]
        let form: SyncMLForm
        let peer: Peer

        var device: Device { identity.device }
    }

    private static func read(
        _ request: OMADMRequest, _ form: SyncMLForm, _ limits: MessageLimits
    ) throws(OMADMRefusal) -> SyncML {
        do {
            return try SyncML(parsing: request.body, as: form, limits: limits)
        } catch {
            throw .message(error)
        }
    }

    private static func checkVersions(of message: SyncML) throws(OMADMRefusal) {
        // What another version means by the same words is not known; every OMA-DM 1 is answered as 1.2 or 1.1.
        guard ["1.0", "1.1", "1.2"].contains(message.hdr.verDTD) else { throw .dtdVersion(message.hdr.verDTD) }
        guard message.hdr.verProto.hasPrefix("DM/1.") else { throw .protocolVersion(message.hdr.verProto) }
    }

    /// What is read: a client that has not proved who it is before gets no more than a first message needs.
    private func limits(of request: OMADMRequest) async -> MessageLimits {
        if request.body.count > Self.shortMessage, await isFromDevice(request) {
            return MessageLimits(octets: Self.requestLimit)
        }
        return Self.strangerLimits
    }

    private static var strangerLimits: MessageLimits {
        var limits = MessageLimits(octets: strangerLimit)
        limits.markup.elements = strangerElements
        return limits
    }

    // MARK: - Replies

    /// A refusal in the protocol's words where the message can be read, else in the transport's.
    private func refuse(
        _ refusal: OMADMRefusal, _ request: OMADMRequest, _ form: SyncMLForm?, _ received: SyncML?, _ peer: Peer
    ) async -> EndpointReply {
        await record(refusal, peer)
        if let status = refusal.status, let form, let message = received ?? Self.header(of: request, form) {
            var session = ManagementSession(
                sessionID: message.hdr.sessionID, device: message.hdr.source.locURI, server: address())
            if let answer = try? session.refuse(message, octets: request.body, with: status, chal: refusal.chal),
                let octets = try? Self.serialize(answer, form)
            {
                return EndpointReply(body: .bytes(octets), mediaType: form.mediaType)
            }
        }
        return .text(refusal.transportStatus, "\(refusal.code): \(refusal.sentence)\n")
    }

    /// The header of a message that cannot be read whole, so that it can be answered.
    private static func header(of request: OMADMRequest, _ form: SyncMLForm) -> SyncML? {
        try? SyncML.header(of: request.body, as: form, limits: strangerLimits)
    }
}
