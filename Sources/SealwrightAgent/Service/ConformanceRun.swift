// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
public import PKIFormats

/// Runs the conformance suite on the agent itself, each case on a state of its own.
public struct ConformanceRun: Sendable {
    /// How the cases of one group went.
    public struct Line: Hashable, Sendable, Codable {
        /// What the cases are about.
        public let group: String
        /// How many there are.
        public let cases: Int
        /// How many did not go as they should.
        public internal(set) var failed: Int
    }

    /// The groups in the order of ``ConformanceCase/Group``.
    public let lines: [Line]
    /// What went wrong, a line each.
    public let objections: [String]

    /// Runs all cases.
    ///
    /// - Parameters:
    ///   - material: what the cases send.
    ///   - pool: where keys calculate.
    ///   - now: the moment, within the validity of the material.
    ///   - makeStore: opens an empty store for each case.
    /// - Throws: ``AgentServiceError/store(_:)``, ``AgentServiceError/crypto(_:)``.
    public init(
        _ material: ConformanceMaterial, pool: CryptoPool, now: Timestamp,
        makeStore: () throws(AgentError) -> AgentStore
    ) throws(AgentServiceError) {
        let cases = ConformanceCases(material).all
        let context = ManagementContext(
            policy: .conformance, user: "conformance", server: "server", now: now, pool: pool)
        let container = try material.container.map { (container) throws(AgentServiceError) in
            try Self.container(container.name, pool: pool, at: now)
        }
        var failed: [ConformanceCase.Group: Int] = [:]
        var objections: [String] = []
        for test in cases {
            let store = try AgentServiceError.storing { () throws(AgentError) in try makeStore() }
            if let container {
                try Self.containing { () throws(ContainerError) in
                    try store.provision(container, for: [.device, .user("conformance")])
                }
            }
            var session = DeviceSession(
                store: store, context: context, sessionID: "1", device: "device", server: "server")
            let answers = test.messages(sessionID: "1", device: "device", server: "server").map {
                session.answer(to: $0)
            }
            let found = test.objections(to: answers)
            if !found.isEmpty { failed[test.group, default: 0] += 1 }
            objections += found
        }
        lines = ConformanceCase.Group.allCases.map { group in
            Line(
                group: group.rawValue, cases: cases.count { $0.group == group }, failed: failed[group] ?? 0)
        }
        self.objections = objections
    }

    /// The container that a person has made before the suite runs.
    private static func container(
        _ name: String, pool: CryptoPool, at now: Timestamp
    ) throws(AgentServiceError) -> KeyContainer {
        try containing { () throws(ContainerError) in
            let pin = try ContainerPIN(choosing: Hex.encode(SecureRandom.bytes(12)))
            return try KeyContainer(named: name, pin: pin, pool: pool, at: now)
        }
    }

    private static func containing<Result>(
        _ body: () throws(ContainerError) -> Result
    ) throws(AgentServiceError) -> Result {
        do throws(ContainerError) {
            return try body()
        } catch {
            switch error {
            case .crypto(let error): throw .crypto(error)
            case .folder(let error): throw .store(error)
            default: throw .store(.unreadable(error.description))
            }
        }
    }
}
