// SPDX-License-Identifier: Apache-2.0

/// Why a TPM did not do what it was asked for.
public enum TPMError: Error, Hashable, Sendable {
    /// The device or socket cannot be opened or broke off; the path or address, and the system's reason.
    case unavailable(path: String, reason: String)
    /// The TPM did not answer within this many seconds.
    case timedOut(seconds: Int)
    /// The answer is not what the specification says.
    case malformedResponse(String)
    /// A file of a key is none, or of a kind that is not read.
    case malformedKeyFile(String)
    /// A key is another TPM's, or this one was cleared since it was made.
    case foreignKey
    /// A hierarchy or key wants a password that nobody gave.
    case authorizationFailed
    /// The TPM is locked after too many wrong passwords.
    case lockedOut
    /// Other programs take up all the room for keys.
    case outOfMemory
    /// The TPM kept asking for another try.
    case busy
    /// Any other refusal; the command by its name in the specification.
    case refused(command: String, TPMResponseCode)

    /// Tells why a command was refused.
    init(_ command: TPMCommandCode, _ code: TPMResponseCode) {
        switch code.reason {
        case .integrity: self = .foreignKey
        case .authFail, .badAuth: self = .authorizationFailed
        case .lockout: self = .lockedOut
        case .objectMemory, .sessionMemory, .memory: self = .outOfMemory
        case .yielded, .testing, .retry: self = .busy
        default: self = .refused(command: command.name, code)
        }
    }

    /// The stable code of this error, the same in log, audit, API and command line.
    public var code: String {
        switch self {
        case .unavailable: "crypto.tpm-unavailable"
        case .timedOut: "crypto.tpm-timed-out"
        case .malformedResponse: "crypto.tpm-malformed-response"
        case .malformedKeyFile: "crypto.tpm-malformed-key-file"
        case .foreignKey: "crypto.tpm-foreign-key"
        case .authorizationFailed: "crypto.tpm-authorization-failed"
        case .lockedOut: "crypto.tpm-locked-out"
        case .outOfMemory: "crypto.tpm-out-of-memory"
        case .busy: "crypto.tpm-busy"
        case .refused: "crypto.tpm-refused"
        }
    }

    /// Whether the same call may succeed later.
    public var isRetryable: Bool {
        switch self {
        case .unavailable, .timedOut, .lockedOut, .outOfMemory, .busy: true
        case .malformedResponse, .malformedKeyFile, .foreignKey, .authorizationFailed, .refused: false
        }
    }
}

extension TPMError: CustomStringConvertible {
    /// One sentence for people; nothing secret.
    public var description: String {
        switch self {
        case .unavailable(let path, let reason): "the TPM at \(path) cannot be used: \(reason)"
        case .timedOut(let seconds): "the TPM did not answer within \(seconds) seconds"
        case .malformedResponse(let reason): "the answer of the TPM is malformed: \(reason)"
        case .malformedKeyFile(let reason): "the TSS2 PRIVATE KEY is malformed: \(reason)"
        case .foreignKey: "the key was made by another TPM, or this TPM was cleared since"
        case .authorizationFailed: "the TPM asks for a password"
        case .lockedOut: "the TPM is locked after too many wrong passwords"
        case .outOfMemory: "other programs take up all the room for keys in the TPM"
        case .busy: "the TPM is busy; try again later"
        case .refused(let command, let code): "the TPM refused \(command) with \(code)"
        }
    }
}
