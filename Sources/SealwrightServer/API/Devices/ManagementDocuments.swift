// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import PKIFormats
import SealwrightCore
import SealwrightEndpoints

/// A command for a device as the API tells it; never its payload.
package struct QueuedCommandDocument: Codable, Sendable {
    package let id: String
    package let title: String
    package let kind: String
    package let scope: String
    package let state: String
    package let createdAt: String
    package let createdBy: String
    package let attempts: Int
    package let sentAt: String?
    package let finishedAt: String?
    package let session: String?
    package let installation: String?
    package let outcome: Outcome?

    /// What became of it.
    package struct Outcome: Codable, Sendable {
        package let code: String?
        package let text: String?
        package let statuses: [Status]?
        package let results: [Value]?
    }

    /// How one command ended at the device.
    package struct Status: Codable, Sendable {
        package let command: String
        package let locURI: String?
        package let code: Int?
    }

    /// A value the device brought.
    package struct Value: Codable, Sendable {
        package let locURI: String?
        package let format: String?
        package let data: String
        /// Octets of the whole value, where `data` has its beginning only.
        package let octets: Int?
    }

    init(_ command: QueuedCommand) {
        id = command.id.rawValue
        title = command.title
        kind = command.kind.orderedKind
        scope = command.scope.rawValue
        state = command.state.rawValue
        createdAt = command.createdAt.iso8601
        createdBy = command.createdBy
        attempts = command.attempts
        sentAt = command.sentAt?.iso8601
        finishedAt = command.finishedAt?.iso8601
        session = command.session
        installation = command.installation?.rawValue
        outcome = command.outcome.flatMap { try? JSON.decoder.decode(Outcome.self, from: Data($0)) }
    }
}

extension QueuedCommand.Kind {
    /// The word by which it is ordered; the store keeps another for some.
    fileprivate var orderedKind: String {
        switch self {
        case .query: "get"
        case .command: "syncml"
        case .root: "trust"
        case .renewal: "renew"
        default: rawValue
        }
    }
}

/// A certificate on a device as the API tells it.
package struct InstallationDocument: Codable, Sendable {
    package let id: String
    package let device: String
    package let uniqueID: String
    package let kind: String
    package let scope: String
    package let subject: String
    package let generation: Int
    /// `ordered`, `delivered`, `requested`, `issued`, `installed`, `failed`, `mismatched` or `removed`.
    package let stage: String
    package let orderedAt: String
    package let deliveredAt: String?
    package let requestedAt: String?
    package let issuedAt: String?
    package let installedAt: String?
    package let failedAt: String?
    package let removedAt: String?
    package let errorCode: Int32?
    package let reason: String?
    package let credential: String?
    /// What the certificate that was issued is now: `valid`, `revoked`, `expired` and so on.
    package let certificateStatus: String?
    package let thumbprint: String?
    package let renewAt: String?

    init(_ installation: CertificateInstallation, certificate: Credential.Status? = nil) {
        id = installation.id.rawValue
        device = installation.device.rawValue
        uniqueID = installation.uniqueID
        kind = installation.kind.rawValue
        scope = installation.scope.rawValue
        subject = installation.subject
        generation = installation.generation
        stage = installation.stage.rawValue
        orderedAt = installation.orderedAt.iso8601
        deliveredAt = installation.deliveredAt?.iso8601
        requestedAt = installation.requestedAt?.iso8601
        issuedAt = installation.issuedAt?.iso8601
        installedAt = installation.installedAt?.iso8601
        failedAt = installation.isRemoved ? nil : installation.failedAt?.iso8601
        removedAt = installation.isRemoved ? installation.failedAt?.iso8601 : nil
        errorCode = installation.errorCode
        reason = installation.reason
        credential = installation.credential?.rawValue
        certificateStatus = certificate?.rawValue
        thumbprint = installation.thumbprint
        renewAt = installation.renewAt?.iso8601
    }
}

/// The last contact with a device as the API tells it.
package struct ManagementContactDocument: Codable, Sendable {
    package let `protocol`: String
    package let lastContactAt: String
    package let loginStatus: String?
    package let wireForm: String
    /// What the device told of itself, by node.
    package let facts: [String: String]

    init(_ contact: ManagementContact) {
        `protocol` = contact.managementProtocol
        lastContactAt = contact.lastContactAt.iso8601
        loginStatus = contact.loginStatus
        wireForm = contact.wireForm.rawValue
        facts = (try? JSON.decoder.decode([String: String].self, from: Data(contact.facts))) ?? [:]
    }
}

/// A message of a session as the API tells it, without secrets.
package struct ManagementMessageDocument: Codable, Sendable {
    package let number: Int64
    package let session: String
    package let messageID: String
    /// `received` from the device, or `sent` to it.
    package let direction: String
    package let at: String
    package let message: String

    init(_ message: ManagementMessage) {
        number = message.number
        session = message.session
        messageID = message.messageID
        direction = message.direction.rawValue
        at = message.at.iso8601
        self.message = String(decoding: message.octets, as: UTF8.self)
    }
}

extension ProblemDocument {
    /// What a refusal of the middle's management is over HTTP.
    init(_ error: ManagementError) {
        switch error {
        case .unknownDevice, .unknownCommand, .unknownInstallation:
            self.init(code: error.code, status: .notFound, detail: "\(error)")
        case .deviceNotManaged, .alreadyOver, .predecessorMissing, .installationExists, .changedMeanwhile,
            .neverAnswered, .predecessorFailed, .withdrawn, .certificateMismatch, .installationFailed:
            self.init(code: error.code, status: .conflict, detail: "\(error)")
        case .store(let error): self = .store(error)
        }
    }

    /// What a refused order is over HTTP.
    init(_ error: OMADMOrderError) {
        switch error {
        case .management(let error): self.init(error)
        case .challenge(let refusal): self = .refused(refusal)
        case .notManaged, .lapsed: self.init(code: error.code, status: .conflict, detail: "\(error)")
        case .invalid, .unwritable: self.init(code: error.code, status: .badRequest, detail: "\(error)")
        case .unreadable, .sealing, .noAuthority:
            self.init(code: error.code, status: .serviceUnavailable, detail: "\(error)")
        }
    }
}
