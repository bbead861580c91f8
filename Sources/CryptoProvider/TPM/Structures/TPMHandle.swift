// SPDX-License-Identifier: Apache-2.0

/// A number by which a TPM knows an object, a hierarchy or a session.
///
/// The top octet is the kind: 0x40 is permanent, 0x80 transient, 0x81 persistent.
///
/// Source: TCG, TPM 2.0 Library Part 2: Structures, sections 7.2 to 7.4, TPM_HANDLE.
struct TPMHandle: RawRepresentable, Hashable, Sendable {
    let rawValue: UInt32

    /// The hierarchy of the owner: TPM_RH_OWNER.
    static let owner = Self(rawValue: 0x4000_0001)
    /// No hierarchy: TPM_RH_NULL.
    static let null = Self(rawValue: 0x4000_0007)

    /// Whether it names an object that stays in the TPM.
    var isPersistent: Bool { rawValue >> 24 == 0x81 }
}
