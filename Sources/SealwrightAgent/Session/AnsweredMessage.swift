// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM

/// The last message of a server that was answered, kept so that the same one is answered the same and not carried out
/// again; in a session that goes on after a restart too.
public struct AnsweredMessage: Hashable, Sendable, Codable {
    /// The session.
    public let sessionID: String
    /// The message of the server.
    public let msgID: String
    /// SHA-256 over its commands: a server that counts from 1 in every message sends no retry.
    let digest: EncodedBytes
    /// The answer in XML; `nil` when there is none.
    let answer: EncodedBytes?

    init(_ message: SyncML, answer: SyncML?) {
        sessionID = message.hdr.sessionID
        msgID = message.hdr.msgID
        digest = EncodedBytes(Self.digest(of: message))
        self.answer = answer.flatMap { try? $0.serialize(as: .xml) }.map { EncodedBytes($0) }
    }

    /// Whether a message is the one that was answered.
    func isAnswer(to message: SyncML) -> Bool {
        message.hdr.sessionID == sessionID && message.hdr.msgID == msgID && Self.digest(of: message) == digest.octets
    }

    /// The answer that was given.
    var message: SyncML? { answer.flatMap { try? SyncML(parsing: $0.octets, as: .xml) } }

    private static func digest(of message: SyncML) -> [UInt8] {
        var body = message
        body.hdr = SyncHdr(sessionID: "", msgID: "", target: Location(""), source: Location(""))
        let octets = (try? body.serialize(as: .wbxml)) ?? Array("\(body.body)".utf8)
        return DigestAlgorithm.sha256.hash(octets)
    }
}
