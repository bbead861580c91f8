// SPDX-License-Identifier: Apache-2.0

public import OMADM

/// A case of the conformance suite as text, for whoever tests a client without this library.
///
/// The messages are sent in order, in one session; the answers to the second and to the third have a Status for each
/// command that is listed and for no other, in this order.
public struct ConformanceDocument: Hashable, Sendable, Codable {
    /// What has to come back for one command.
    public struct Expectation: Hashable, Sendable, Codable {
        /// The CmdID of the command; empty for one that has none.
        public let cmdRef: String
        /// The status.
        public let status: Int
        /// The data of its Results; `nil` when that does not matter.
        public let data: String?
    }

    /// A message, and what has to come back.
    public struct Exchange: Hashable, Sendable, Codable {
        /// What the server sends, in XML.
        public let message: String
        /// What has to come back for its commands; those of the first that are not listed may end as they will.
        public let expected: [Expectation]
    }

    /// What the case is about.
    public let group: String
    /// The node, scope and command in words; unique.
    public let name: String
    /// Cleaning and preparation, the commands under test, the reads afterwards.
    public let exchanges: [Exchange]

    /// Writes a case down.
    ///
    /// - Parameters:
    ///   - test: the case.
    ///   - sessionID: the number of the session.
    ///   - device: the name of the device.
    ///   - server: the name of the server.
    /// - Throws: ``OMADM/OMADMError`` when a message cannot be written in XML.
    public init(
        _ test: ConformanceCase, sessionID: String, device: String, server: String
    ) throws(OMADMError) {
        group = test.group.rawValue
        name = test.name
        let prepared = test.preparation.compactMap(\.cmdID).map { ConformanceCase.Expectation(cmdID: $0, code: .ok) }
        let expected = [prepared, test.expected, test.expectedAftermath]
        let messages = test.messages(sessionID: sessionID, device: device, server: server)
        exchanges = try zip(messages, expected).map { (message, expected) throws(OMADMError) in
            Exchange(
                message: String(decoding: try message.serialize(), as: UTF8.self),
                expected: expected.map { Expectation($0) })
        }
    }
}

extension ConformanceDocument.Expectation {
    fileprivate init(_ expectation: ConformanceCase.Expectation) {
        self.init(
            cmdRef: expectation.cmdID, status: Int(expectation.code.rawValue), data: expectation.data)
    }
}
