// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import FoundationEssentials
import PKIFormats
import SCEP

/// One run of a ``SCEPEnroller`` for one enrolment.
struct SCEPAttempt {
    /// Why it stopped before its end.
    enum Ending: Error {
        /// The enrolment failed for good; the text tells the log more than the result does.
        case failed(HResult, detail: String? = nil)
        /// This server cannot be used; another may.
        case unreachable(HResult, detail: String? = nil)
        /// The key cannot be used now, and may be later: its TPM is away, busy or locked.
        case keyUnavailable(HResult, detail: String)
        /// The key is in a container that nobody has opened.
        case locked
        /// The enrolment was deleted or begun anew meanwhile, or the process is ending: what was kept last counts.
        case cancelled
        /// The state could not be kept.
        case store(AgentError)
    }

    let enroller: SCEPEnroller
    let installation: InstallationID
    /// The number of the enrolment, so that a later one of the same UniqueID is not mistaken for it.
    let number: UInt64
    let now: Timestamp

    private func check(_ settings: EnrollmentSettings) throws(Ending) {
        let container = enroller.store.lookingDraft().container(settings.containerName, in: installation.scope)
        try failing { () throws(HResult) in try settings.check(enroller.policy, enroller.tpm, container) }
    }

    /// Tries the servers in order until one takes the request.
    ///
    /// When none does, and one of them is only busy for now, the enrolment waits for another try.
    func begin(_ run: SCEPInstallation.Run) async throws(Ending) {
        try check(run.settings)
        var last = (result: HResult.invalidParameter, detail: String?.none)
        var isAnyBusy = false
        for url in run.settings.serverURLs {
            let before = enroller.store.state.scep[installation]?.run?.conversation
            do throws(Ending) {
                let authority = try await contact(url)
                var transaction = try await prepare(run.settings, authority)
                try await converse(&transaction, authority.server)
                return
            } catch {
                guard case .unreachable(let result, let detail) = error else { throw error }
                last = (result, detail)
                isAnyBusy = isAnyBusy || result.isBusy
                try change { draft, record in
                    // Only a server that may have the request by now is asked about it again.
                    if !result.isBusy, record.run?.conversation != before { record.run?.conversation = nil }
                    draft.note(AgentEvent(.scepServerFailed, url, result.told(detail)))
                }
            }
        }
        guard isAnyBusy else { throw .failed(last.result, detail: last.detail) }
        try postpone(last)
    }

    /// Lets an enrolment that no server has taken be tried again, as often as one is polled that is not decided.
    ///
    /// The challenge stays with it, for the request that may still have to be made.
    private func postpone(_ reason: (result: HResult, detail: String?)) throws(Ending) {
        let isOver = try change { (draft, record) -> Bool in
            guard var run = record.run else { return false }
            if run.nextPoll != nil { run.polls += 1 }
            guard run.polls < run.settings.retryCount else { return true }
            let next = now.adding(seconds: run.settings.retryDelay)
            run.nextPoll = next
            record.run = run
            let why = reason.result.told(reason.detail)
            draft.note(AgentEvent(.scepPending, installation.uniqueID, "\(why); next try \(next.iso8601)"))
            return false
        }
        if isOver { throw .failed(reason.result, detail: reason.detail) }
    }

    /// Goes on with a conversation that was kept: a poll, or the first message once more.
    func resume(_ conversation: SCEPInstallation.Conversation, _ run: SCEPInstallation.Run) async throws(Ending) {
        guard
            var transaction = try? JSONDecoder().decode(
                ClientTransaction.self, from: Data(conversation.transaction.octets))
        else { throw .failed(.failed) }
        do throws(Ending) {
            try checkContainer(run.settings)
            try await converse(&transaction, conversation.server)
        } catch {
            // A server that cannot be reached while it decides is asked again, as often as one that has not decided; so
            // is one that a TPM kept us from asking, since it may have issued by now.
            switch error {
            case .unreachable(let result, let detail): try wait(transaction, conversation.server, (result, detail))
            case .keyUnavailable(let result, let detail): try wait(transaction, conversation.server, (result, detail))
            default: throw error
            }
        }
    }

    private func contact(_ url: String) async throws(Ending) -> SCEPAuthority {
        try await SCEPAuthority(asking: url, by: enroller)
    }

    /// A container that was deleted has taken the key with it; that a TPM is missing now says nothing about later.
    private func checkContainer(_ settings: EnrollmentSettings) throws(Ending) {
        guard let name = settings.containerName else { return }
        guard enroller.store.lookingDraft().container(name, in: installation.scope) != nil else {
            throw .failed(.containerNotFound)
        }
    }

    /// Makes the key and the conversation, and keeps both before anything is sent.
    private func prepare(
        _ settings: EnrollmentSettings, _ authority: SCEPAuthority
    ) async throws(Ending) -> ClientTransaction {
        let (client, vouched) = try failing { () throws(HResult) in
            let vouched = try authority.vouched(by: settings.caThumbprint)
            let untrusted = enroller.store.state.untrusted(for: installation.scope)
            guard !vouched.certificates.contains(where: { untrusted.contains(Thumbprint(of: $0.encoded)) }) else {
                throw .explicitDistrust
            }
            let client = try settings.clientSettings(
                authority.capabilities, allowsLegacy: enroller.policy.allowsLegacy)
            return (client, vouched)
        }
        let key = try await generateKey(settings)
        let transaction = try failing { () throws(HResult) in
            guard let publicKey = try? key.publicKey() else { throw .failed }
            let request = try settings.request(
                key: keyID, publicKey: publicKey, decodesChallenge: enroller.policy.decodesChallenge)
            guard let transaction = try? ClientTransaction(request, authority: vouched, settings: client, at: now)
            else { throw .invalidServerResponse }
            return transaction
        }
        let conversation = try encoded(transaction, authority.server)
        try change { draft, record in
            let path = "\(installation.scope.folder)/\(AgentFolder.pendingFolder)/\(number).key"
            draft.keepKey(key, at: path)
            record.run?.keyPath = path
            record.run?.conversation = conversation
            record.anchors = vouched.certificates.filter(\.isCertificateAuthority).map { EncodedBytes($0.encoded) }
        }
        return transaction
    }

    /// Talks to the server until the end or a wait.
    private func converse(
        _ transaction: inout ClientTransaction, _ server: SCEPInstallation.Server
    ) async throws(Ending) {
        let key = try pendingKey()
        var action = transaction.start(at: now)
        // Two signatures for the request, one for the message, the message, the content key, the end.
        for _ in 0..<Self.stepLimit {
            switch action {
            case .sign(let task): action = transaction.signed(try await sign(task, key))
            case .send(let message): action = transaction.received(try await send(message, server))
            case .unwrap(let task): action = transaction.keyUnwrapped(try await unwrap(task, key))
            case .wait: return try wait(transaction, server, nil)
            case .finished(.certificate(let certificate, let others)):
                return try install(certificate, others, server.url, weak: transaction.replyLegacyAlgorithms)
            case .finished: throw .failed(.invalidServerResponse)
            case .failed(let error):
                if case .refused = error { try change { _, record in record.respondentServerURL = server.url } }
                throw .failed(error.result, detail: "\(error)")
            }
        }
        throw .failed(.failed)
    }

    private static let stepLimit = 16
}

// MARK: - Steps

extension SCEPAttempt {
    private var keyID: KeyID { KeyID(rawValue: "enrollment-\(number)") }

    /// Makes the key where KeyProtection wants it, on the threads that may wait for it; one for a container is kept in
    /// memory besides, since the rest of the enrolment needs it.
    private func generateKey(_ settings: EnrollmentSettings) async throws(Ending) -> AgentKey {
        let made: Result<AgentKey, HResult>
        do throws(CryptoError) {
            made = try await enroller.pool.run { [enroller, keyID, installation, number] () throws(CryptoError) in
                Result { () throws(HResult) in
                    try enroller.generateKey(settings, keyID, in: installation.scope, number)
                }
            }
        } catch {
            throw .failed(.failed)
        }
        return try failing { () throws(HResult) in try made.get() }
    }

    private func pendingKey() throws(Ending) -> any PrivateKey {
        guard let run = enroller.store.state.scep[installation]?.run, let path = run.keyPath else { throw .cancelled }
        guard var key = enroller.store.lookingDraft().anyKey(at: path) else { throw .failed(.failed) }
        if case .sealed(let sealed) = key {
            guard let material = enroller.openKey(number, at: path, of: run.settings, in: installation.scope),
                (try? material.publicKey()) == sealed.publicKey
            else { throw .locked }
            key = .software(material)
        }
        do throws(CryptoError) {
            return try key.privateKey(id: keyID, pool: enroller.pool, tpm: enroller.tpm)
        } catch {
            throw Self.ending(error)
        }
    }

    private func sign(_ task: SigningTask, _ key: any PrivateKey) async throws(Ending) -> [UInt8] {
        do throws(CryptoError) {
            return try await key.sign(task.bytes, algorithm: task.algorithm)
        } catch {
            throw Self.ending(error)
        }
    }

    private func unwrap(_ task: UnwrappingTask, _ key: any PrivateKey) async throws(Ending) -> [UInt8] {
        do throws(CryptoError) {
            return try await key.unwrap(task.encryptedKey, transport: task.transport, keyLength: task.keyLength)
        } catch {
            throw Self.ending(error)
        }
    }

    /// What an operation of the key that failed means for the enrolment.
    private static func ending(_ error: CryptoError) -> Ending {
        // Another TPM than the key's is as good as none: it may be a command with other settings than the service.
        if case .tpm(let failure) = error, failure.isRetryable || failure == .foreignKey {
            return .keyUnavailable(error.keyResult, detail: "\(failure)")
        }
        return .failed(error.keyResult, detail: "\(error)")
    }

    /// Sends a message, by GET to a server that does not say that it takes POST.
    ///
    /// Windows sends by POST in any case; so a server that has no use for such a GET is asked like that too. One that
    /// announces POST and does not allow it has done nothing with it, and is asked by GET.
    ///
    /// Source: RFC 8894, section 4.1.
    private func send(_ message: [UInt8], _ server: SCEPInstallation.Server) async throws(Ending) -> [UInt8] {
        let url = server.url + (server.url.contains("?") ? "&" : "?")
        let post = enroller.request(url + Operation.pkiOperation.rawQuery, posting: message)
        let get = enroller.request(url + GETMessage.rawQuery(for: message))
        let (first, second) = server.isGetOnly ? (get, post) : (post, get)
        var response = try await exchange(first)
        if (server.isGetOnly ? Self.noGetStatuses : [405]).contains(response.status) {
            response = try await exchange(second)
        }
        guard response.status == 200 else { throw .unreachable(.http(response.status)) }
        return response.body
    }

    /// What a request without an answer means for the enrolment.
    static func ending(_ error: TransportFailure) -> Ending {
        error.kind == .stopped ? .cancelled : .unreachable(error.result, detail: error.reason)
    }

    /// Statuses of a server that takes no GET, or none so long.
    private static let noGetStatuses: Set<Int> = [400, 404, 405, 411, 413, 414, 431, 501]

    /// Sends a request; once more when its answer got lost, since the authority may have decided and the message is the
    /// same transaction.
    private func exchange(_ request: AgentRequest) async throws(Ending) -> AgentResponse {
        do throws(TransportFailure) {
            do throws(TransportFailure) {
                return try await enroller.transport.send(request)
            } catch {
                guard error.kind == .answerLost else { throw error }
                return try await enroller.transport.send(request)
            }
        } catch {
            throw Self.ending(error)
        }
    }

    /// Keeps the conversation until the next poll, or gives up after the last one.
    ///
    /// `unanswered` says why the server was not asked, or gave no answer.
    private func wait(
        _ transaction: ClientTransaction, _ server: SCEPInstallation.Server,
        _ unanswered: (result: HResult, detail: String?)?
    ) throws(Ending) {
        let conversation = try encoded(transaction, server)
        let isOver = try change { (draft, record) -> Bool in
            guard var run = record.run else { return false }
            if record.status == .pending || unanswered != nil { run.polls += 1 }
            guard run.polls < run.settings.retryCount else { return true }
            run.conversation = conversation
            run.settings.eraseChallenge()
            run.nextPoll = now.adding(seconds: run.settings.retryDelay)
            record.run = run
            if unanswered == nil {
                record.status = .pending
                record.respondentServerURL = server.url
            }
            let why = unanswered.map { $0.result.told($0.detail) + "; " } ?? ""
            let next = (run.nextPoll ?? now).iso8601
            draft.note(AgentEvent(.scepPending, installation.uniqueID, "\(why)next poll \(next)"))
            return false
        }
        if isOver { throw .failed(unanswered?.result ?? .timeout, detail: unanswered?.detail) }
    }

    /// Waits until somebody has opened the container; that does not count as a poll.
    ///
    /// Only an enrolment that the agent was restarted in comes here.
    func waitUntilUnlocked() throws(AgentError) {
        do throws(Ending) {
            try change { draft, record in
                guard let run = record.run else { return }
                record.run?.nextPoll = now.adding(seconds: run.settings.retryDelay)
                draft.note(AgentEvent(.scepLocked, installation.uniqueID, run.settings.containerName ?? ""))
            }
        } catch {
            if case .store(let error) = error { throw error }
        }
    }

    private func encoded(
        _ transaction: ClientTransaction, _ server: SCEPInstallation.Server
    ) throws(Ending) -> SCEPInstallation.Conversation {
        guard let json = try? JSONEncoder().encode(transaction) else { throw .failed(.failed) }
        return SCEPInstallation.Conversation(server: server, transaction: EncodedBytes(Array(json)))
    }

    func failing<Result>(_ body: () throws(HResult) -> Result) throws(Ending) -> Result {
        do throws(HResult) { return try body() } catch { throw .failed(error) }
    }

    /// Changes the record of this enrolment, unless it is this enrolment no more.
    @discardableResult
    func change<Result>(
        _ body: (inout AgentDraft, inout SCEPInstallation) -> Result
    ) throws(Ending) -> Result {
        let result: Result?
        do throws(AgentError) {
            result = try enroller.store.transaction { draft -> Result? in
                guard var record = draft.state.scep[installation], record.run?.number == number else { return nil }
                let result = body(&draft, &record)
                draft.state.scep[installation] = record
                return result
            }
        } catch {
            throw .store(error)
        }
        guard let result else { throw .cancelled }
        return result
    }
}
