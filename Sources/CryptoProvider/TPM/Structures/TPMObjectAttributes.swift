// SPDX-License-Identifier: Apache-2.0

/// What may be done with a key of a TPM.
///
/// Source: TCG, TPM 2.0 Library Part 2: Structures, section 8.3, TPMA_OBJECT.
struct TPMObjectAttributes: OptionSet, Hashable, Sendable {
    let rawValue: UInt32

    /// The key never leaves this TPM.
    static let fixedTPM = Self(rawValue: 1 << 1)
    /// The key never leaves its parent.
    static let fixedParent = Self(rawValue: 1 << 4)
    /// The TPM made the private part.
    static let sensitiveDataOrigin = Self(rawValue: 1 << 5)
    /// The password is enough to use the key.
    static let userWithAuth = Self(rawValue: 1 << 6)
    /// Wrong passwords do not lock the TPM, and a locked TPM still uses the key.
    static let noDA = Self(rawValue: 1 << 10)
    /// The key works on what the TPM itself made only.
    static let restricted = Self(rawValue: 1 << 16)
    /// The key decrypts.
    static let decrypt = Self(rawValue: 1 << 17)
    /// The key signs.
    static let sign = Self(rawValue: 1 << 18)

    /// Of the storage root key.
    static let storage: Self = [
        .fixedTPM, .fixedParent, .sensitiveDataOrigin, .userWithAuth, .noDA, .restricted, .decrypt,
    ]
    /// Of a key that the TPM makes: whoever has the file and the TPM signs and decrypts with it.
    static let generated: Self = [
        .fixedTPM, .fixedParent, .sensitiveDataOrigin, .userWithAuth, .noDA, .decrypt, .sign,
    ]
    /// Of a key that came from outside.
    ///
    /// An import cannot be fixed. It stays all the same: duplicating needs a policy, and the key has none.
    static let imported: Self = [.userWithAuth, .noDA, .decrypt, .sign]
}
