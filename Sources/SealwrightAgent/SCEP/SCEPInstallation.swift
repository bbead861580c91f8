// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

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
    /// The URL of the server that answered; empty before.
    public var respondentServerURL = ""
    /// The installed certificate.
    public var installed: StoreReference?
    /// Authorities that the CAThumbprint vouched for.
    public var anchors: [EncodedBytes] = []
    /// The enrolment under way.
    public var run: Run?

    /// An enrolment under way: all it needs to go on after a restart.
    public struct Run: Hashable, Sendable, Codable {
        /// Tells this enrolment from others of the same UniqueID.
        public let number: UInt64
        /// The nodes below Install as they were when Exec was accepted.
        public internal(set) var settings: EnrollmentSettings
        /// The file of the key that waits for its certificate; `nil` before there is one.
        public internal(set) var keyPath: String?
        /// The server that was chosen, with the conversation so far in JSON.
        public internal(set) var conversation: Conversation?
        /// Polls that were answered with PENDING or not at all.
        public internal(set) var polls = 0
        /// When the next poll is due; `nil` when there is something to do now.
        public internal(set) var nextPoll: Timestamp?

        init(number: UInt64, settings: EnrollmentSettings) {
            self.number = number
            self.settings = settings
        }
    }

    /// A conversation with one server.
    public struct Conversation: Hashable, Sendable, Codable {
        /// The URL that answered.
        public let url: String
        /// A `ClientTransaction` in JSON; it may hold the challenge.
        public let transaction: EncodedBytes
    }
}
