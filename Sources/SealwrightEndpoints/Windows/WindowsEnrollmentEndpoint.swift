// SPDX-License-Identifier: Apache-2.0

package import Logging
package import OMADM
package import PKIFormats
package import SealwrightCore

/// The enrolment of Windows devices: discovery, policy, a first certificate, its renewal.
///
/// Message → state machine → middle → reply, as everywhere. The user's password is a challenge made for the endpoint
/// ``WindowsEnrollmentConfiguration/endpoint``; it is judged at the policy service and spent where the certificate is
/// issued. With Federated a token of ``WindowsSignInEndpoint`` stands for user and password. What the certificate says
/// comes from the device's identifier, never from the PKCS#10.
///
/// Source: MS-MDE2, section 3; MS-XCEP; MS-WSTEP.
package struct WindowsEnrollmentEndpoint: Sendable {
    /// The three services.
    package typealias Service = MDEService

    /// What the endpoint needs of the middle.
    package struct Services: Sendable {
        let enrollment: EnrollmentService
        let registry: AuthorityRegistry
        let store: any ChallengeStore & AuditStore & CredentialStore & CommandStore
        let management: ManagementService
        let clock: any Clock
        let signIns: WindowsSignIns

        package init(
            enrollment: EnrollmentService, registry: AuthorityRegistry,
            store: any ChallengeStore & AuditStore & CredentialStore & CommandStore,
            management: ManagementService, clock: any Clock, signIns: WindowsSignIns = WindowsSignIns()
        ) {
            self.enrollment = enrollment
            self.registry = registry
            self.store = store
            self.management = management
            self.clock = clock
            self.signIns = signIns
        }
    }

    /// Octets of one request; real ones have some ten thousand.
    package static let requestLimit = 1 << 18

    let configuration: WindowsEnrollmentConfiguration
    let services: Services
    let logger: Logger

    package init(configuration: WindowsEnrollmentConfiguration, services: Services, logger: Logger) {
        self.configuration = configuration
        self.services = services
        self.logger = logger
    }

    /// The answer to `GET` at the discovery service, by which a device finds out that there is one.
    package var probe: EndpointReply { reply(.discoveryProbe) }

    /// Answers a request to one of the services; the client's certificate counts where the listener asked for it.
    package func respond(
        _ service: Service, to body: [UInt8], clientCertificate certificate: CertificateView?, from peer: Peer
    ) async -> EndpointReply {
        let settings: MDESettings
        do {
            settings = try configuration.settings()
        } catch {
            logger.error("Windows enrolment is not possible", metadata: ["error": "\(error)"])
            return .text(.unavailable(retryAfterSeconds: 60), "windows.host-unusable: \(error)\n")
        }
        var transaction = MDETransaction(service, settings: settings, traceID: Self.traceID(of: peer))
        var action = transaction.received(body, clientCertificate: certificate)
        while true {
            switch action {
            case .discover(_, let proposal): return reply(transaction.discovered(proposal))
            case .authenticate(let credential):
                if let refusal = await judge(credential) { return await refuse(refusal, &transaction, peer) }
                action = transaction.authenticated()
            case .answerPolicies: return reply(transaction.policies(GetPoliciesResponse(settings.policy)))
            case .issue(let request):
                return await answer(await issue(request, peer), &transaction, peer)
            case .renew(let request):
                return await answer(await renew(request, peer), &transaction, peer)
            case .reply(let refused):
                await record(refused, service, peer)
                return reply(refused)
            }
        }
    }

    /// The UUID that devices file an answer under: the request's identifier in the log, filled up.
    private static func traceID(of peer: Peer) -> String {
        let digits = Array((peer.requestID + String(repeating: "0", count: 16)).prefix(16))
        let (first, second) = (String(digits[..<8]), String(digits[8..<12]))
        return "\(first)-\(second)-4\(String(digits[12..<15]))-8\(String(digits[15...]))00-000000000000"
    }

    // MARK: - Replies

    private func answer(
        _ result: Result<ProvisioningDocument, WindowsRefusal>, _ transaction: inout MDETransaction, _ peer: Peer
    ) async -> EndpointReply {
        switch result {
        case .success(let document): return reply(transaction.enrolled(document, at: services.clock.now))
        case .failure(let refusal): return await refuse(refusal, &transaction, peer)
        }
    }

    private func refuse(
        _ refusal: WindowsRefusal, _ transaction: inout MDETransaction, _ peer: Peer
    ) async -> EndpointReply {
        let refused = transaction.refuse(refusal.fault, reason: refusal.publicSentence)
        await record(refusal, transaction.service.rawValue, peer)
        return reply(refused)
    }

    private func reply(_ reply: MDEReply) -> EndpointReply {
        EndpointReply(
            status: reply.status == 200 ? .ok : .internalError, body: .bytes(reply.body),
            mediaType: reply.mediaType ?? "text/plain; charset=utf-8")
    }
}
