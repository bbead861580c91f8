// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
public import PKIFormats

/// What commands are carried out with, besides the state: policy, user, time, crypto threads, TPM.
public struct ManagementContext: Sendable {
    /// What the agent does where there is a choice.
    public var policy: AgentPolicy
    /// The user of the session; `nil` when nobody is logged in, so that `./User` is refused.
    public var user: String?
    /// Who speaks, as access control lists name it.
    public var server: String
    /// The moment.
    public var now: Timestamp
    /// Where keys calculate.
    public let pool: CryptoPool
    /// The TPM of the device; `nil` for a device without one, and then keys are in software.
    public var tpm: (any KeyTPM)?
    /// Judges certificates that are asked for.
    public var judge: any CertificateJudge

    let catalog: NodeCatalog

    /// Joins the parts.
    ///
    /// - Parameters:
    ///   - policy: what the agent does where there is a choice.
    ///   - user: the user of the session.
    ///   - server: who speaks.
    ///   - now: the moment.
    ///   - pool: where keys calculate.
    ///   - judge: judges certificates that are asked for.
    ///   - tpm: the TPM of the device.
    public init(
        policy: AgentPolicy = AgentPolicy(), user: String? = nil, server: String = "", now: Timestamp,
        pool: CryptoPool, judge: any CertificateJudge = StoreJudge(), tpm: (any KeyTPM)? = nil
    ) {
        self.policy = policy
        self.user = user
        self.server = server
        self.now = now
        self.pool = pool
        self.judge = judge
        self.tpm = tpm
        catalog = .agent(facts: policy.facts.keys)
    }
}
