// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import SealwrightCore

/// Why a message of a device was not taken.
enum OMADMRefusal: Error {
    /// The body is neither SyncML in XML nor in WBXML; the Content-Type is given.
    case mediaType(String)
    /// The body is no message.
    case message(OMADMError)
    /// The message is of a version of SyncML that is not spoken; its VerDTD is given.
    case dtdVersion(String)
    /// The message is of another protocol than OMA-DM 1; its VerProto is given.
    case protocolVersion(String)
    /// The message does not continue its session.
    case session(ManagementSessionError)
    /// The device sends a message while the one before is worked on.
    case busy
    /// The device begins more sessions than it may.
    case tooManySessions
    /// Who sent it is not known, or not allowed.
    case device(DeviceRefusal)
    /// There is no digest, or a wrong one; the challenge for the next try goes along.
    case digest(LegacyDigestAuthenticator.Verdict, Chal)
    /// The signature proves nothing.
    case signature(MDMSignature.Failure)
    /// The store failed.
    case store(StoreError)
    /// The middle failed.
    case management(ManagementError)
    /// The answer cannot be written.
    case unwritable(OMADMError)

    /// The stable code, the same in log, audit and answer.
    var code: String {
        switch self {
        case .mediaType: "windows.media-type"
        case .message(let error): error.code
        case .dtdVersion, .protocolVersion: "windows.message-version"
        case .session(let error): error.code
        case .busy: "windows.session-busy"
        case .tooManySessions: "windows.too-many-sessions"
        case .device(let refusal): refusal.code
        case .digest(.missing, _): DeviceRefusal.noCertificate.code
        case .digest: "windows.digest-wrong"
        case .signature(let failure): failure.code
        case .store(let error): error.code
        case .management(let error): error.code
        case .unwritable: "windows.answer-unwritable"
        }
    }

    /// One sentence for people; nothing secret.
    var sentence: String {
        switch self {
        case .mediaType(let type): "'\(type.prefix(80))' is not the media type of a management message"
        case .message(let error): "\(error)"
        case .dtdVersion(let version): "VerDTD '\(version.beginning(16))' is none of 1.0, 1.1 and 1.2"
        case .protocolVersion(let version): "VerProto '\(version.beginning(16))' is not DM/1"
        case .session(let error): "\(error)"
        case .busy: "the message before is worked on still"
        case .tooManySessions: "the device begins a session every other second"
        case .device(let refusal): "\(refusal)"
        case .digest(.missing, _): "\(DeviceRefusal.noCertificate)"
        case .digest: "the digest is not that of the device, or was made with another nonce"
        case .signature(let failure): "\(failure)"
        case .store(let error): "\(error)"
        case .management(let error): "\(error)"
        case .unwritable(let error): "\(error)"
        }
    }

    /// What a client that speaks no SyncML, or none that can be answered, gets.
    var transportStatus: EndpointReply.Status {
        switch self {
        case .mediaType: .unsupportedMediaType
        case .message(.messageTooLarge): .tooLarge
        case .message, .dtdVersion, .protocolVersion, .session: .badRequest
        case .busy: .unavailable(retryAfterSeconds: 1)
        case .tooManySessions: .unavailable(retryAfterSeconds: 60)
        case .device(.store), .store, .management: .unavailable(retryAfterSeconds: 30)
        case .device, .digest, .signature: .forbidden
        case .unwritable: .internalError
        }
    }

    /// What a device is told in a Status, which clients understand where they give up on an HTTP status.
    ///
    /// Source: OMA-DM Security 1.2, section 5.3; OMA SyncML Representation Protocol 1.2, section 10, status 400, 505
    /// and 513.
    var status: StatusCode? {
        switch self {
        case .device(.noCertificate), .digest(.missing, _): .authenticationRequired
        case .device(.notOurs), .device(.notValidNow), .device(.revoked), .digest, .signature: .invalidCredentials
        case .device(.deviceRefused): .forbidden
        case .message(let error): error.isOfMessage ? .badRequest : nil
        case .dtdVersion: .dtdVersionNotSupported
        case .protocolVersion: .protocolVersionNotSupported
        case .session: .badRequest
        case .device(.store), .mediaType, .busy, .tooManySessions, .store, .management, .unwritable: nil
        }
    }

    /// Whether the audit trail tells of it: who was not let in, and not what anybody may send.
    var isAudited: Bool {
        switch self {
        case .device(.store): false
        case .device, .digest, .signature: true
        case .mediaType, .message, .dtdVersion, .protocolVersion, .session, .busy, .tooManySessions, .store,
            .management, .unwritable:
            false
        }
    }

    /// The device that has proved who it is and is not let in.
    var device: DeviceID? { if case .device(let refusal) = self { refusal.device } else { nil } }

    /// What a device is to prove itself with next time.
    var chal: Chal? { if case .digest(_, let chal) = self { chal } else { nil } }
}

extension OMADMError {
    /// Whether the document could be read, and the message in it breaks its definition.
    fileprivate var isOfMessage: Bool {
        switch self {
        case .unexpectedElement, .missing, .repeated, .malformed: true
        case .messageTooLarge, .limitExceeded, .malformedXML, .doctypeRefused, .entityRefused, .unsupportedEncoding,
            .malformedWBXML, .unexpectedDocumentType, .unwritable:
            false
        }
    }
}
