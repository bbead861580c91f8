// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// What became of one UniqueID under SCEP.
///
/// Source: Microsoft, ClientCertificateInstall CSP, SCEP.
public struct SCEPInstallation: Hashable, Sendable, Codable {
    /// The value of the Status node.
    public enum Status: Int, Hashable, Sendable, Codable {
        /// The certificate is installed.
        case finished = 1
        /// The authority has not decided yet.
        case pending = 2
        /// The enrolment failed.
        case failed = 16
        /// Nothing was started, or it is under way.
        case unknown = 32
    }

    /// The latest status.
    public var status = Status.unknown
    /// The result of the last enrolment; `nil` before the first Exec.
    public var errorCode: HResult?
    /// Why the last enrolment failed, in words; `nil` when it did not.
    var failure: String?
    /// The URL of the server that answered; empty before.
    public var respondentServerURL = ""
    /// The installed certificate.
    public var installed: StoreReference?
    /// Authorities that the CAThumbprint vouched for.
    var anchors: [EncodedBytes] = []
    /// The enrolment under way.
    var run: Run?

    /// An enrolment under way: all it needs to go on after a restart.
    struct Run: Hashable, Sendable, Codable {
        /// Tells this enrolment from others of the same UniqueID.
        let number: UInt64
        /// The nodes below Install as they were when Exec was accepted.
        var settings: EnrollmentSettings
        /// The file of the key that waits for its certificate; `nil` before there is one.
        var keyPath: String?
        /// The server that was chosen, with the conversation so far in JSON.
        var conversation: Conversation?
        /// Polls that were answered with PENDING or not at all, and further tries of servers that were busy.
        var polls = 0
        /// When the next poll or try is due; `nil` when there is something to do now.
        var nextPoll: Timestamp?

        /// Whether there is something to do.
        ///
        /// A poll that lies further ahead than a delay is due too: the clock was wrong when it was planned.
        func isDue(at now: Timestamp) -> Bool {
            guard let nextPoll else { return true }
            return nextPoll <= now || nextPoll > now.adding(seconds: settings.retryDelay)
        }
    }

    /// Where messages go, and how.
    struct Server: Hashable, Sendable {
        /// The URL that answered.
        let url: String
        /// Whether the server did not say that it takes messages by POST.
        let isGetOnly: Bool
    }

    /// A conversation with one server.
    struct Conversation: Hashable, Sendable, Codable {
        /// The server that answered.
        let server: Server
        /// A `ClientTransaction` in JSON; it may hold the challenge.
        let transaction: EncodedBytes

        private enum CodingKeys: String, CodingKey { case url, isGetOnly, transaction }

        init(server: Server, transaction: EncodedBytes) {
            self.server = server
            self.transaction = transaction
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            // Earlier versions sent everything by POST.
            server = Server(
                url: try values.decode(String.self, forKey: .url),
                isGetOnly: try values.decodeIfPresent(Bool.self, forKey: .isGetOnly) ?? false)
            transaction = try values.decode(EncodedBytes.self, forKey: .transaction)
        }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(server.url, forKey: .url)
            if server.isGetOnly { try values.encode(true, forKey: .isGetOnly) }
            try values.encode(transaction, forKey: .transaction)
        }
    }
}
