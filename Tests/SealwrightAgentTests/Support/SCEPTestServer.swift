// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import SCEP
import SealwrightAgent
import Synchronization

/// A SCEP server in this process, with a decision per request.
final class SCEPTestServer: AgentTransport {
    /// What happens to a request.
    enum Decision: Sendable {
        case issue, pend
        case refuse(FailInfo)
    }

    private struct State {
        var decisions: [Decision] = []
        var requests: [AgentRequest] = []
        var issued: [[UInt8]] = []
        var csr: CertificationRequest?
        /// What every PKCS#10 is answered with once the list is empty.
        var standing = Decision.issue
        var isDown = false
        /// Answers that are made and get lost on their way.
        var losses = 0
    }

    let root: Issuer
    let issuing: Issuer
    let ra: (key: SoftwareKey, certificate: CertificateView)
    /// URLs that begin so are answered; others fail.
    let prefix: String
    /// Whether only the form without `/pkiclient.exe` is known.
    let isBare: Bool
    let capabilities: String
    /// Whether the authorities come with the certificate, or in GetCACert alone.
    let sendsChain: Bool
    /// Put into GetCACert in place of the RA certificate.
    let announced: CertificateView?
    /// The one way in which messages are taken; `nil` for both.
    let onlyMethod: String?
    private let state: Mutex<State>

    /// Keys and certificates, made once.
    private static let authority = Result {
        let root = try Issuer.make("CN=SCEP Root", .rsa2048)
        let issuing = try Issuer.make("CN=SCEP Issuing", .rsa2048, under: root)
        let key = try SoftwareKey.generate(.rsa2048, id: KeyID(rawValue: "ra"), pool: TestAgent.pool)
        let certificate = try issuing.issue(DistinguishedName(rfc4514: "CN=SCEP RA"), key.publicKey)
        return (root, issuing, (key, try CertificateView(parsing: certificate)))
    }

    init(
        prefix: String = "http://scep.example/", isBare: Bool = false, announced: CertificateView? = nil,
        capabilities: String = "AES\nPOSTPKIOperation\nSHA-256\nSHA-512\nSCEPStandard\n", sendsChain: Bool = true,
        onlyMethod: String? = nil
    ) throws {
        (root, issuing, ra) = try Self.authority.get()
        self.prefix = prefix
        self.isBare = isBare
        self.announced = announced
        self.capabilities = capabilities
        self.sendsChain = sendsChain
        self.onlyMethod = onlyMethod
        state = Mutex(State())
    }

    var rootCertificate: [UInt8]? { root.certificate?.encoded }
    var rootThumbprint: String { root.certificate.map { Thumbprint(of: $0.encoded).text } ?? "" }
    var requests: [AgentRequest] { state.withLock { $0.requests } }
    var issued: [[UInt8]] { state.withLock { $0.issued } }
    var csr: CertificationRequest? { state.withLock { $0.csr } }
    var operations: [AgentRequest] { requests.filter { $0.method == "POST" } }

    func decide(_ decisions: Decision..., then standing: Decision = .issue) {
        state.withLock { state in
            state.decisions = decisions
            state.standing = standing
        }
    }

    func lose(_ answers: Int) { state.withLock { $0.losses = answers } }

    func setDown(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }

    func send(_ request: AgentRequest) async throws(TransportFailure) -> AgentResponse {
        let isDown = state.withLock { state in
            state.requests.append(request)
            return state.isDown
        }
        guard request.url.hasPrefix(prefix), !isDown else { throw .unreachable }
        if isBare, request.url.contains("pkiclient.exe") { return AgentResponse(status: 404) }
        if request.url.contains("GetCACaps") {
            return AgentResponse(status: 200, body: Array(capabilities.utf8))
        }
        let answer: AgentResponse
        do {
            if request.url.contains("GetCACert") { return AgentResponse(status: 200, body: try certificates()) }
            if let onlyMethod, onlyMethod != request.method {
                return AgentResponse(status: 405)
            }
            let query = request.url.split(separator: "?").last ?? ""
            let message = try request.method == "POST" ? request.body : GETMessage.decode(rawQuery: query)
            answer = AgentResponse(status: 200, body: try reply(to: message))
        } catch {
            throw .invalidResponse
        }
        let isLost = state.withLock { state in
            guard state.losses > 0 else { return false }
            state.losses -= 1
            return true
        }
        guard !isLost else { throw .answerLost }
        return answer
    }

    private func certificates() throws -> [UInt8] {
        let all = [announced ?? ra.certificate, issuing.certificate, root.certificate].compactMap { $0?.encoded }
        return Array(all.map { PEM.encode($0, label: "CERTIFICATE") }.joined().utf8)
    }

    private func reply(to message: [UInt8]) throws -> [UInt8] {
        var transaction = ServerTransaction(settings: .generic, recipients: [ra.certificate])
        var action = transaction.received(message)
        while case .unwrap(let attempt) = action {
            action = transaction.keyUnwrapped(
                try ra.key.unwrapSynchronously(
                    attempt.encryptedKey, transport: attempt.transport, keyLength: attempt.keyLength))
        }
        guard case .decide(let request) = action else { throw TransportFailure.invalidResponse }
        let draft = try transaction.certRep(try answer(request), signedBy: ra.certificate, at: TestAgent.now)
        let signature = try ra.key.signSynchronously(draft.bytesToSign, algorithm: draft.signatureAlgorithm)
        return try draft.finish(signature: signature)
    }

    private func answer(_ request: Request) throws -> CertRepAnswer {
        if let csr = request.content.certificationRequest { state.withLock { $0.csr = csr } }
        let decision = state.withLock { state in
            state.decisions.isEmpty ? state.standing : state.decisions.removeFirst()
        }
        switch decision {
        case .pend: return .pending
        case .refuse(let failInfo):
            return .failure(Refusal(failInfo: failInfo, text: "refused by the test", code: "test.refused"))
        case .issue:
            guard let csr, let key = csr.subjectPublicKeyInfo.publicKey else {
                throw TransportFailure.invalidResponse
            }
            let certificate = try issuing.issue(csr.subject, key)
            state.withLock { $0.issued.append(certificate) }
            let chain = sendsChain ? [issuing.certificate, root.certificate].compactMap { $0?.encoded } : []
            return .success(certificate: certificate, chain: chain)
        }
    }
}

extension TransportFailure {
    static let unreachable = Self(
        .unreachable, code: "network.connection-failed", reason: "the server does not answer")
    static let answerLost = Self(.answerLost, code: "network.connection-lost", reason: "the server does not answer")
    static let invalidResponse = Self(
        .invalidResponse, code: "network.protocol-violation", reason: "the answer is not what the protocol asks for")
}

extension TestAgent {
    /// What carries out the enrolments.
    func enroller(_ transport: any AgentTransport) -> SCEPEnroller {
        SCEPEnroller(store: store, transport: transport, policy: context.policy, pool: Self.pool, tpm: context.tpm)
    }

    /// Starts an enrolment as a server does.
    mutating func exec(
        _ server: SCEPTestServer, uniqueID: String = "one", isUser: Bool = false,
        changing values: [String: String?] = [:]
    ) throws -> Answer {
        var settings: [String: String?] = [
            "ServerURL": server.prefix + "scep", "Challenge": "1234CB055B7EBF384A9486A22B7559A5",
            "EKUMapping": "1.3.6.1.5.5.7.3.2", "KeyUsage": "160", "SubjectName": "CN=\"device+one\",O=Lab",
            "KeyLength": "2048", "HashAlgorithm": "SHA-1+SHA-2", "CAThumbprint": server.rootThumbprint,
            "RetryDelay": "5", "RetryCount": "3", "SubjectAlternativeNames": "3+host.example;11+a@b.example",
            "ValidPeriod": "Years", "ValidPeriodUnits": "1",
        ]
        settings.merge(values) { $1 }
        var block: [Command] = []
        for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
            guard let value else { continue }
            block.append(.replace(name, "SCEP/\(uniqueID)/Install/\(name)", value, isUser: isUser))
        }
        block.append(.exec("Enroll", "SCEP/\(uniqueID)/Install/Enroll", isUser: isUser))
        return try send([.atomic("atomic", block)])
    }

    /// The four nodes that tell how an enrolment stands.
    mutating func result(_ uniqueID: String = "one") throws -> (
        status: String?, error: String?, thumbprint: String?, url: String?
    ) {
        let path = "SCEP/\(uniqueID)/"
        return (
            try value(path + "Status"), try value(path + "ErrorCode"), try value(path + "CertThumbprint"),
            try value(path + "RespondentServerUrl")
        )
    }
}
