// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
public import PKIFormats

/// Why something could not be done with a container for keys.
public enum ContainerError: Error, Hashable, Sendable {
    /// There is no container of this name in this scope.
    case notFound(ContainerReference)
    /// There is one of this name already.
    case exists(ContainerReference)
    /// A name has no octets, too many, or control characters.
    case nameRefused
    /// A new PIN is too easy; the text says why.
    case pinRefused(String)
    /// The PIN is wrong; `nil` when another try is allowed at once.
    case pinWrong(retryAt: Timestamp?)
    /// Too many wrong PINs: none is looked at before the moment given.
    case lockedOut(until: Timestamp)
    /// The container has keys, which would be lost.
    case inUse(ContainerReference, keys: Int)
    /// A calculation failed.
    case crypto(CryptoError)
    /// A file of the agent, or of unlocked keys, failed.
    case folder(AgentError)

    /// The stable code of this error.
    public var code: String {
        switch self {
        case .notFound: "agent.container-not-found"
        case .exists: "agent.container-exists"
        case .nameRefused: "agent.container-name-refused"
        case .pinRefused: "agent.pin-refused"
        case .pinWrong: "agent.pin-wrong"
        case .lockedOut: "agent.pin-locked-out"
        case .inUse: "agent.container-in-use"
        case .crypto(let error): error.code
        case .folder(let error): error.code
        }
    }

    /// Runs what works with files.
    static func storing<Result>(
        _ body: () throws(AgentError) -> Result
    ) throws(ContainerError) -> Result {
        do throws(AgentError) { return try body() } catch { throw .folder(error) }
    }

    /// Runs what calculates.
    static func calculating<Result>(
        _ body: () throws(CryptoError) -> Result
    ) throws(ContainerError) -> Result {
        do throws(CryptoError) { return try body() } catch { throw .crypto(error) }
    }
}

extension ContainerError: CustomStringConvertible {
    /// One sentence for people; nothing secret.
    public var description: String {
        switch self {
        case .notFound(let reference): "there is no container '\(reference.name)' of \(reference.scope.label)"
        case .exists(let reference): "there is a container '\(reference.name)' of \(reference.scope.label) already"
        case .nameRefused: "the name of a container has 1 to 64 octets and no control characters"
        case .pinRefused(let reason): "the PIN is refused: \(reason)"
        case .pinWrong(nil): "the PIN is wrong"
        case .pinWrong(let moment?): "the PIN is wrong; the next try is allowed at \(moment)"
        case .lockedOut(let moment): "too many wrong PINs; the next try is allowed at \(moment)"
        case .inUse(let reference, let keys): "the container '\(reference.name)' has \(keys) keys"
        case .crypto(let error): error.description
        case .folder(let error): error.description
        }
    }
}
