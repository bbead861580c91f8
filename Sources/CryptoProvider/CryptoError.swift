// SPDX-License-Identifier: Apache-2.0

/// Why a cryptographic operation was not done.
///
/// Deliberately coarse where detail would help an attacker: everything that goes wrong while content is decrypted
/// is one case. Nothing here carries key material or received bytes.
public enum CryptoError: Error, Hashable, Sendable {
    // The bytes.

    /// The numbers are no usable key; the text says which rule they break.
    case invalidKey(String)
    /// A parameter has a size or value the algorithm does not allow.
    case invalidParameter(String)
    /// Decryption failed. Whether padding, tag or length was wrong is not told.
    case decryptionFailed

    // The caller.

    /// This algorithm, or this combination of key and algorithm, is not available.
    case unsupported(String)
    /// A cost or size is over its limit; the limit is in the unit the name says.
    case limitExceeded(String, limit: Int)

    // This process.

    /// The queue of the crypto threads is full; trying again later can help.
    case overloaded
    /// The crypto threads were shut down.
    case shutDown
    /// libcrypto refused an operation that should have worked; the text is its own.
    case operationFailed(String)

    // The key vault.

    /// No key of this name is in the vault.
    case keyNotFound(KeyID)
    /// A key of this name is in the vault already and is never written over.
    case keyExists(KeyID)
    /// A sealed secret was changed, belongs to another name, or was sealed under another master key.
    case sealBroken(name: String)
    /// A file or folder of the vault is open to other users; the text says what to do.
    case unsafePermissions(path: String, hint: String)
    /// A file could not be read or written.
    case file(path: String, reason: String)

    // The TPM.

    /// A TPM did not do what it was asked for.
    case tpm(TPMError)

    /// The stable code of this error, the same in log, audit, API and command line.
    public var code: String {
        switch self {
        case .invalidKey: "crypto.invalid-key"
        case .invalidParameter: "crypto.invalid-parameter"
        case .decryptionFailed: "crypto.decryption-failed"
        case .unsupported: "crypto.unsupported"
        case .limitExceeded: "crypto.limit-exceeded"
        case .overloaded: "crypto.overloaded"
        case .shutDown: "crypto.shut-down"
        case .operationFailed: "crypto.operation-failed"
        case .keyNotFound: "crypto.key-not-found"
        case .keyExists: "crypto.key-exists"
        case .sealBroken: "crypto.seal-broken"
        case .unsafePermissions: "crypto.unsafe-permissions"
        case .file: "crypto.file"
        case .tpm(let error): error.code
        }
    }

    /// Whether the same call may succeed later.
    public var isRetryable: Bool {
        if case .tpm(let error) = self { return error.isRetryable }
        return self == .overloaded
    }
}

extension CryptoError: CustomStringConvertible {
    /// One sentence for people; nothing secret.
    public var description: String {
        switch self {
        case .invalidKey(let reason): "the key is not usable: \(reason)"
        case .invalidParameter(let reason): reason
        case .decryptionFailed: "decryption failed"
        case .unsupported(let what): "\(what) is not supported"
        case .limitExceeded(let name, let limit): "\(name) is over its limit of \(limit)"
        case .overloaded: "too many cryptographic operations are waiting; try again later"
        case .shutDown: "the cryptographic threads were shut down"
        case .operationFailed(let reason): "the cryptographic library failed: \(reason)"
        case .keyNotFound(let id): "there is no key named \(id)"
        case .keyExists(let id): "there is a key named \(id) already"
        case .sealBroken(let name): "\(name) was changed, renamed or sealed under another master key"
        case .unsafePermissions(let path, let hint): "\(path) is open to other users; \(hint)"
        case .file(let path, let reason): "\(path): \(reason)"
        case .tpm(let error): error.description
        }
    }
}
