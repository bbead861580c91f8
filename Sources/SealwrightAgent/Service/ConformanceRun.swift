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
    /// - Throws: ``AgentServiceError/store(_:)``.
    public init(
        _ material: ConformanceMaterial, pool: CryptoPool, now: Timestamp,
        makeStore: () throws(AgentError) -> AgentStore
    ) throws(AgentServiceError) {
        let cases = ConformanceCases(material).all
        let context = ManagementContext(
            policy: .conformance, user: "conformance", server: "server", now: now, pool: pool)
        var failed: [ConformanceCase.Group: Int] = [:]
        var objections: [String] = []
        for test in cases {
            let store = try AgentServiceError.storing { () throws(AgentError) in try makeStore() }
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
}
