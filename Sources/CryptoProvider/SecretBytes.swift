// SPDX-License-Identifier: Apache-2.0

import CLibCrypto

/// Wiping of secrets.
///
/// Swift arrays are values that the runtime may have copied before; a wipe clears the buffer at hand and no other.
/// What must not linger is therefore held by libcrypto or by swift-crypto's `SymmetricKey`, which clear on free.
enum SecretBytes {
    /// Overwrites an array with zeros, in a way the optimiser does not remove.
    static func wipe(_ bytes: inout [UInt8]) {
        bytes.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
    }
}
