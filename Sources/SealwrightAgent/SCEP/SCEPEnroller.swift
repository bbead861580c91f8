// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
public import PKIFormats
import SCEP
import Synchronization

/// Carries out the SCEP enrolments that servers started, one step at a time.
///
/// Everything that a restart must not lose is in the ``AgentStore`` before the step that needs it: the key before the
/// request is sent, the conversation before a wait. Call ``run(_:at:)`` for what is ``due(at:)``, after a session and
/// again at ``nextDue``.
///
/// Source: Microsoft, ClientCertificateInstall CSP, SCEP; RFC 8894, section 2.
public final class SCEPEnroller: Sendable {
    let store: AgentStore
    let transport: any AgentTransport
    let policy: AgentPolicy
    let pool: CryptoPool
    let tpm: (any KeyTPM)?
    let unlocked: UnlockedKeys?
    /// Guards which enrolments are at work, since two at once would each make a key.
    private let working = Mutex<Set<InstallationID>>([])
    /// Guards the keys of enrolments under way that are sealed to a container, by the number of the enrolment.
    private let openKeys = Mutex<[UInt64: PrivateKeyMaterial]>([:])

    /// Joins the parts.
    ///
    /// - Parameters:
    ///   - store: the state of the agent.
    ///   - transport: carries requests.
    ///   - policy: what the agent does where there is a choice.
    ///   - pool: where keys calculate.
    ///   - tpm: the TPM of the device; `nil` for a device without one.
    ///   - unlocked: keys of containers that are open, for enrolments that a restart interrupted.
    public init(
        store: AgentStore, transport: any AgentTransport, policy: AgentPolicy, pool: CryptoPool,
        tpm: (any KeyTPM)? = nil, unlocked: UnlockedKeys? = nil
    ) {
        self.store = store
        self.transport = transport
        self.policy = policy
        self.pool = pool
        self.tpm = tpm
        self.unlocked = unlocked
    }

    /// The enrolments that have something to do now.
    public func due(at now: Timestamp) -> [InstallationID] {
        store.state.scep.filter { _, record in
            guard let run = record.run else { return false }
            return run.isDue(at: now)
        }.keys.sorted { $0.uniqueID < $1.uniqueID }
    }

    /// The enrolments under way, each with the number that tells it from others of the same UniqueID.
    public var underWay: [InstallationID: UInt64] { store.state.scep.compactMapValues { $0.run?.number } }

    /// When the next enrolment has something to do; `nil` when none is under way.
    public var nextDue: Timestamp? {
        store.state.scep.values.compactMap(\.run).map { $0.nextPoll ?? Timestamp(seconds: 0) }.min()
    }

    /// When the next enrolment has something to do; no later than now for one that a wrong clock put off.
    public func nextDue(at now: Timestamp) -> Timestamp? {
        due(at: now).isEmpty ? nextDue : now
    }

    /// Takes an enrolment as far as it goes: to its end, or to the wait for a decision.
    ///
    /// An enrolment that was deleted meanwhile leaves nothing behind. One that is at work already is left to itself; a
    /// folder must have one enroller.
    ///
    /// - Throws: ``AgentError`` when the state cannot be kept; the enrolment goes on from what was kept last.
    public func run(_ installation: InstallationID, at now: Timestamp) async throws(AgentError) {
        guard let run = store.state.scep[installation]?.run, run.isDue(at: now) else { return }
        guard working.withLock({ $0.insert(installation).inserted }) else { return }
        defer {
            _ = working.withLock { $0.remove(installation) }
            forgetKeys()
        }
        let attempt = SCEPAttempt(enroller: self, installation: installation, number: run.number, now: now)
        do throws(SCEPAttempt.Ending) {
            if let conversation = run.conversation {
                try await attempt.resume(conversation, run)
            } else {
                try await attempt.begin(run)
            }
        } catch {
            switch error {
            case .store(let error): throw error
            case .failed(let result, let detail): try attempt.fail(result, detail)
            case .keyUnavailable(let result, let detail): try attempt.fail(result, detail)
            case .unreachable(let result, let detail): try attempt.fail(result, detail)
            case .locked: try attempt.waitUntilUnlocked()
            case .cancelled: return
            }
        }
    }
}

extension SCEPEnroller {
    /// A request to a server of certificates: a GET, or the POST of a message.
    ///
    /// SCEP protects itself, so that `http` is as good as `https`; a server of `https` has to lead to what the device
    /// trusts.
    ///
    /// Source: RFC 8894, section 4.1.
    func request(_ url: String, posting message: [UInt8]? = nil) -> AgentRequest {
        var trust = store.state.serverTrust()
        // Servers of certificates need not be the management server.
        trust.includesSystem = true
        return AgentRequest(
            url: url, trust: trust, mediaType: message == nil ? nil : MediaType.pkiMessage, body: message ?? [])
    }

    /// Makes a key in the TPM, in software or for a container.
    ///
    /// - Throws: ``HResult`` as ``KeyLocation/place(_:_:)`` has it, ``HResult/containerNotFound``, and when the making
    ///   fails.
    func generateKey(
        _ settings: EnrollmentSettings, _ id: KeyID, in scope: ManagementScope, _ number: UInt64
    ) throws(HResult) -> AgentKey {
        let type = settings.keyType
        let location = try settings.keyLocation()
        let place = try location.place(type, tpm)
        do throws(CryptoError) {
            if let place, let type { return .tpm(try place.generateKey(type)) }
        } catch {
            // A TPM that is only wished for and will not make a key is none.
            guard location.allowsSoftware else { throw error.keyResult }
        }
        let key = try settings.makeKey(id, pool: pool)
        guard let material = try? key.material() else { throw .failed }
        guard location == .hello else { return .software(material) }
        guard let container = store.lookingDraft().container(settings.containerName, in: scope) else {
            throw .containerNotFound
        }
        let sealed = try container.seal(material)
        openKeys.withLock { $0[number] = material }
        return .sealed(sealed)
    }

    /// The key of an enrolment whose file is sealed: from memory, or from its container when that is open.
    func openKey(
        _ number: UInt64, at path: String, of settings: EnrollmentSettings, in scope: ManagementScope
    ) -> PrivateKeyMaterial? {
        if let material = openKeys.withLock({ $0[number] }) { return material }
        guard let name = settings.containerName, let container = try? ContainerReference(scope, name) else {
            return nil
        }
        return unlocked?.key(of: container, at: path)
    }

    /// Drops the keys of enrolments that have ended, or were deleted.
    private func forgetKeys() {
        let numbers = Set(store.state.scep.values.compactMap { $0.run?.number })
        openKeys.withLock { keys in keys = keys.filter { numbers.contains($0.key) } }
    }
}
