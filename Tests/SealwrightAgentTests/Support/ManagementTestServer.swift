// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import SealwrightAgent
import Synchronization

/// A management server in this process: enrolment, renewal and scripted sessions, without sockets.
final class ManagementTestServer: AgentTransport {
    static let password = "correct horse"

    private struct State {
        var requests: [AgentRequest] = []
        var messages: [SyncML] = []
        var script: [[Command]] = []
        var isDown = false
        var status = 200
        var losesAnswer = false
        var challenge: Chal?
        var authenticated: Set<String> = []
        var poll: PollSchedule? = .standard
        var refusal: StatusCode?
        var publicKeys: [PublicKey] = []
        var neverEnds = false
        var requiresSigning = false
        var rewrite: (@Sendable (SyncML) -> SyncML)?
    }

    let root: Issuer
    /// Days a certificate lives.
    let days: Int64
    private let state = Mutex(State())

    /// - Parameters:
    ///   - days: days a certificate lives.
    ///   - above: who signed the certificate that documents have in Root; nobody but itself as a rule.
    /// - Throws: when no root can be made.
    init(days: Int64 = 30, under above: Issuer? = nil) throws {
        root = try Issuer.make("CN=Management Root", under: above)
        self.days = days
    }

    var requests: [AgentRequest] { state.withLock { $0.requests } }
    var messages: [SyncML] { state.withLock { $0.messages } }
    /// The keys certificates were asked for, in order.
    var publicKeys: [PublicKey] { state.withLock { $0.publicKeys } }

    /// The commands of the server's messages to come; behind the last one sessions end.
    func script(_ messages: [Command]...) { state.withLock { $0.script = messages } }
    func setDown(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }
    func setStatus(_ status: Int) { state.withLock { $0.status = status } }
    func loseNextAnswer() { state.withLock { $0.losesAnswer = true } }
    func setPoll(_ poll: PollSchedule?) { state.withLock { $0.poll = poll } }
    func refuse(_ code: StatusCode?) { state.withLock { $0.refusal = code } }
    /// Changes the server's messages of sessions before they are sent.
    func rewrite(_ change: @escaping @Sendable (SyncML) -> SyncML) { state.withLock { $0.rewrite = change } }
    func setEndless() { state.withLock { $0.neverEnds = true } }
    func requireSigning() { state.withLock { $0.requiresSigning = true } }
    func challenge(nonce: [UInt8]) {
        var meta = Meta(format: .b64, type: Cred.md5)
        meta.nextNonce = Base64.encode(nonce)
        state.withLock { $0.challenge = Chal(meta: meta) }
    }

    func send(_ request: AgentRequest) async throws(TransportFailure) -> AgentResponse {
        let (isDown, status) = state.withLock { state in
            state.requests.append(request)
            return (state.isDown, state.status)
        }
        guard !isDown else {
            throw TransportFailure(.unreachable, code: "network.connection-failed", reason: "nobody is there")
        }
        guard status == 200 else { return AgentResponse(status: status) }
        do {
            let answer = try answer(request)
            let isLost = state.withLock { state in
                guard state.losesAnswer, request.url.contains("Enrollment.svc") else { return false }
                state.losesAnswer = false
                return true
            }
            guard !isLost else { throw TransportFailure(.answerLost, code: "network.timed-out", reason: "no answer") }
            return answer
        } catch let failure as TransportFailure {
            throw failure
        } catch {
            throw TransportFailure(.invalidResponse, code: "network.protocol-violation", reason: "\(error)")
        }
    }

    private func answer(_ request: AgentRequest) throws -> AgentResponse {
        if request.url.contains("MDM.svc") { return try session(request) }
        if request.mediaType == nil { return AgentResponse(status: 200) }
        for service in MDEService.allCases where request.url.hasSuffix(service.path) {
            let reply = try enroll(service, request)
            return AgentResponse(status: reply.status, mediaType: reply.mediaType, body: reply.body)
        }
        return AgentResponse(status: 404)
    }
}

// MARK: - Enrolment

extension ManagementTestServer {
    static func url(_ path: String) throws -> ServiceURL { try ServiceURL(parsing: "https://mdm.example" + path) }

    private func enroll(_ service: MDEService, _ request: AgentRequest) throws -> MDEReply {
        let settings = MDESettings(
            authPolicies: [.onPremise], policyServiceURL: try Self.url(MDEService.policy.path),
            enrollmentServiceURL: try Self.url(MDEService.enrollment.path),
            policy: CertificateEnrollmentPolicy(commonName: "device", validity: 2_592_000, renewal: 604_800))
        var transaction = MDETransaction(
            service, settings: settings, traceID: "2493ee37-beeb-4cb9-833c-cadde9067645")
        var action = transaction.received(request.body, clientCertificate: request.identity?.chain.first)
        while true {
            switch action {
            case .discover(_, let proposal): return transaction.discovered(proposal)
            case .authenticate(.usernameToken(let token)) where token.password == Self.password:
                action = transaction.authenticated()
            case .authenticate: return transaction.refuse(.authentication, reason: "wrong password")
            case .answerPolicies: return transaction.policies(GetPoliciesResponse(settings.policy))
            case .issue(let issue):
                let certificate = try certify(issue.certificationRequest, issue.deviceID.text)
                return transaction.enrolled(try document(certificate, issue.deviceID), at: TestAgent.now)
            case .renew(let renew):
                let certificate = try certify(renew.certificationRequest, "renewed")
                return transaction.enrolled(
                    .renewal(of: ProvisionedCertificate(.system, encoded: certificate), providerID: "Test"),
                    at: TestAgent.now)
            case .reply(let reply): return reply
            }
        }
    }

    private func certify(_ request: CertificationRequest, _ name: String) throws -> [UInt8] {
        guard let key = request.subjectPublicKeyInfo.publicKey else { throw AgentError.unreadable("no key") }
        state.withLock { $0.publicKeys.append(key) }
        return try root.issue(DistinguishedName([(.commonName, name)]), key, days: days)
    }

    private func document(_ certificate: [UInt8], _ deviceID: MDEDeviceID) throws -> ProvisioningDocument {
        let (poll, requiresSigning) = state.withLock { ($0.poll, $0.requiresSigning) }
        var client = DMClientSettings(providerID: "Test", entDeviceName: "desk", poll: poll)
        client.requireMessageSigning = requiresSigning ? true : nil
        let account = ManagementAccount(
            providerID: "Test", name: "Test server", address: try Self.url("/ManagementServer/MDM.svc"),
            searchCriteria: CertificateSearchCriteria(deviceID, in: .system),
            authentication: [
                ApplicationAuthentication(.client, secret: "server", nonce: [1]),
                ApplicationAuthentication(.applicationServer, name: "device-1", secret: "s3cret", nonce: [2]),
            ])
        return ProvisioningDocument(
            certificates: [
                ProvisionedCertificate(.root, encoded: root.certificate?.encoded ?? []),
                ProvisionedCertificate(.system, encoded: certificate),
            ], renew: try RenewSettings(renewPeriod: 10, retryInterval: 4), account: account, dmClient: client)
    }
}

// MARK: - Sessions

extension ManagementTestServer {
    private func session(_ request: AgentRequest) throws -> AgentResponse {
        guard let form = SyncMLForm(mediaType: request.mediaType ?? "") else { return AgentResponse(status: 415) }
        let message = try SyncML(parsing: request.body, as: form)
        let (commands, challenge, isProven, refusal) = state.withLock { state in
            state.messages.append(message)
            // A package that is refused is not answered with work.
            if message.hdr.cred != nil { state.authenticated.insert(message.hdr.sessionID) }
            let isProven = state.challenge == nil || state.authenticated.contains(message.hdr.sessionID)
            let isRefused = !isProven || state.refusal != nil
            let next = isRefused || state.script.isEmpty ? [] : state.script.removeFirst()
            let endless = [Command.get("g", "./DevInfo/DevId")]
            return (state.neverEnds ? endless : next, state.challenge, isProven, state.refusal)
        }
        var header = Command.Status(
            cmdID: "s0", msgRef: message.hdr.msgID, cmdRef: "0", cmd: "SyncHdr", code: .ok)
        if let challenge {
            header.code = isProven ? .authenticationAccepted : .authenticationRequired
            header.chal = challenge
        }
        if let refusal { header.code = refusal }
        var answers: [Command] = [.status(header)]
        for (index, command) in message.body.commands.enumerated() {
            if case .status = command { continue }
            if case .results = command { continue }
            answers.append(
                .status(
                    Command.Status(
                        cmdID: "s\(index + 1)", msgRef: message.hdr.msgID, cmdRef: command.cmdID ?? "",
                        cmd: command.name, code: .ok)))
        }
        let hdr = SyncHdr(
            sessionID: message.hdr.sessionID, msgID: message.hdr.msgID, target: message.hdr.source,
            source: message.hdr.target)
        let made = SyncML(hdr: hdr, body: SyncBody(commands: answers + commands))
        let reply = state.withLock { $0.rewrite }?(made) ?? made
        return AgentResponse(status: 200, mediaType: form.mediaType, body: try reply.serialize(as: form))
    }
}

/// An agent that is enrolled with a test server.
struct EnrolledAgent {
    let store: AgentStore
    let server: ManagementTestServer
    let files: MemoryFiles

    static func wish(_ password: String = ManagementTestServer.password) throws -> DeviceEnrollment.Wish {
        DeviceEnrollment.Wish(
            discovery: try ManagementTestServer.url(MDEService.discovery.path), user: "ada@example.org",
            password: password, keyType: .ecP256)
    }

    init(_ server: ManagementTestServer, on flaky: FlakyFiles = FlakyFiles()) async throws {
        self.server = server
        files = flaky.files
        store = try AgentStore(files: flaky)
        try await DeviceEnrollment(store: store, transport: server, pool: TestAgent.pool)
            .run(try Self.wish(), at: TestAgent.now)
    }

    func runner(clock: @escaping @Sendable () -> Timestamp = { TestAgent.now }) -> SessionRunner {
        var policy = AgentPolicy()
        policy.facts = ["DevInfo/Man": "Example", "DevInfo/DmV": "1.3"]
        return SessionRunner(store: store, transport: server, policy: policy, pool: TestAgent.pool, clock: clock)
    }

    func cycle(
        scep: any AgentTransport, clock: @escaping @Sendable () -> Timestamp = { TestAgent.now }
    ) -> ManagementCycle {
        ManagementCycle(
            store: store, runner: runner(clock: clock),
            enroller: SCEPEnroller(store: store, transport: scep, policy: AgentPolicy(), pool: TestAgent.pool))
    }
}
