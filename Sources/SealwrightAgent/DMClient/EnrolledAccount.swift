// SPDX-License-Identifier: Apache-2.0

public import OMADM

/// The account of the device with its management server, as the tree tells it; nothing secret.
///
/// Source: Microsoft, DMAcc CSP and DMClient CSP; MS-MDE2, section 3.4.4.1.1.2.
public struct EnrolledAccount: Hashable, Sendable, Codable {
    /// How one side proves itself inside messages.
    public struct Authentication: Hashable, Sendable, Codable {
        /// `CLCRED` for the device, `SRVCRED` for the server.
        public let level: String
        /// `BASIC` or `DIGEST`.
        public let type: String
        /// The name that goes with the secret.
        public let name: String?
    }

    /// What was enrolled.
    public enum EnrollmentType: String, Hashable, Sendable, Codable {
        /// The device for itself.
        case device = "Device"
        /// The device with its user.
        case full = "Full"
    }

    /// The name of the server.
    public let providerID: String
    /// The name for people.
    public let name: String
    /// Where sessions go, as enrolment told it.
    public let address: String
    /// What the server may do.
    public let role: UInt32?
    /// Attempts to connect before a session is given up.
    public let connectionRetryFrequency: Int?
    /// Milliseconds before the first new attempt.
    public let initialBackoffTime: Int?
    /// Milliseconds no wait is longer than.
    public let maximumBackoffTime: Int?
    /// Whether attempts with protocol version 1.1 are left out.
    public let isBackwardCompatibleRetryDisabled: Bool
    /// The media type of messages.
    public let defaultEncoding: String
    /// How the device finds its certificate.
    public let searchCriteria: String?
    /// How both sides prove themselves.
    public let authentication: [Authentication]
    /// What was enrolled.
    public let enrollmentType: EnrollmentType
    /// Whether a federated sign-in enrolled it, so that nobody can sign in again for a renewal.
    public let isFederated: Bool

    /// Takes what a provisioning document says.
    ///
    /// - Parameters:
    ///   - account: the account.
    ///   - enrollmentType: what was enrolled.
    ///   - isFederated: whether a federated sign-in enrolled it.
    public init(_ account: ManagementAccount, enrollmentType: EnrollmentType, isFederated: Bool) {
        providerID = account.providerID
        name = account.name ?? account.providerID
        address = account.address?.text ?? ""
        role = account.role
        connectionRetryFrequency = account.connectionRetryFrequency
        initialBackoffTime = account.initialBackoffTime
        maximumBackoffTime = account.maximumBackoffTime
        isBackwardCompatibleRetryDisabled = account.isBackwardCompatibleRetryDisabled
        defaultEncoding = (account.defaultEncoding ?? .xml).rawValue
        searchCriteria = account.searchCriteria?.text
        authentication = account.authentication.map {
            // The provisioning document names who is spoken to, the management object whose credentials they are.
            Authentication(
                level: $0.level == .applicationServer ? "CLCRED" : "SRVCRED", type: $0.kind.rawValue, name: $0.name)
        }
        self.enrollmentType = enrollmentType
        self.isFederated = isFederated
    }
}

/// A server's order that the device leave its management.
///
/// Source: Microsoft, DMClient CSP, "Unenroll"; "Disconnecting from the management infrastructure".
public struct UnenrollmentRequest: Hashable, Sendable, Codable {
    /// The server that is left.
    public let providerID: String
    /// Who gave the order, as access control lists name it.
    public let server: String
}
