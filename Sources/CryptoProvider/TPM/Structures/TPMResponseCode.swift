// SPDX-License-Identifier: Apache-2.0

/// How a TPM ended a command; 0 is success.
///
/// A code of format one (bit 7) says in further bits which handle, session or parameter is meant; ``reason`` is the code
/// without these.
///
/// Source: TCG, TPM 2.0 Library Part 2: Structures, section 6.6, TPM_RC.
public struct TPMResponseCode: RawRepresentable, Hashable, Sendable {
    /// The 32 bits.
    public let rawValue: UInt32

    /// Takes any code.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The command was done: TPM_RC_SUCCESS.
    public static let success = Self(rawValue: 0x000)
    /// An asymmetric algorithm is not there: TPM_RC_ASYMMETRIC.
    public static let asymmetric = Self(rawValue: 0x081)
    /// A hash algorithm is not there: TPM_RC_HASH.
    public static let hash = Self(rawValue: 0x083)
    /// A value is out of range or does not fit: TPM_RC_VALUE.
    public static let value = Self(rawValue: 0x084)
    /// A key size is not there: TPM_RC_KEY_SIZE.
    public static let keySize = Self(rawValue: 0x087)
    /// The authorization failed, and the failure was counted: TPM_RC_AUTH_FAIL.
    public static let authFail = Self(rawValue: 0x08E)
    /// A scheme is not there or not the key's: TPM_RC_SCHEME.
    public static let scheme = Self(rawValue: 0x092)
    /// The integrity of a key is not that of this TPM: TPM_RC_INTEGRITY.
    public static let integrity = Self(rawValue: 0x09F)
    /// The authorization failed: TPM_RC_BAD_AUTH.
    public static let badAuth = Self(rawValue: 0x0A2)
    /// A curve is not there: TPM_RC_CURVE.
    public static let curve = Self(rawValue: 0x0A6)
    /// There is no room for another object: TPM_RC_OBJECT_MEMORY.
    public static let objectMemory = Self(rawValue: 0x902)
    /// There is no room for another session: TPM_RC_SESSION_MEMORY.
    public static let sessionMemory = Self(rawValue: 0x903)
    /// There is no room: TPM_RC_MEMORY.
    public static let memory = Self(rawValue: 0x904)
    /// The command was suspended and can be given again: TPM_RC_YIELDED.
    public static let yielded = Self(rawValue: 0x908)
    /// The TPM tests itself: TPM_RC_TESTING.
    public static let testing = Self(rawValue: 0x90A)
    /// The TPM is locked after wrong passwords: TPM_RC_LOCKOUT.
    public static let lockout = Self(rawValue: 0x921)
    /// The command can be given again: TPM_RC_RETRY.
    public static let retry = Self(rawValue: 0x922)

    /// The code without the bits that say what it is about.
    public var reason: Self { isFormatOne ? Self(rawValue: rawValue & 0xBF) : self }

    /// Whether the code is about a handle, session or parameter of the command.
    var isFormatOne: Bool { rawValue & 0x80 != 0 }
}

extension TPMResponseCode: CustomStringConvertible {
    /// Hexadecimal, as `tpm2_rc_decode` takes it.
    public var description: String { "0x" + String(rawValue, radix: 16) }
}
