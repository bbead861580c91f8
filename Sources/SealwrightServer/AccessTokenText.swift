// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// What an access token looks like, and what is kept of it.
enum AccessTokenText {
    /// A new one: 256 random bits behind a word by which scanners for leaked secrets know it.
    static func make() -> String { "sw_pat_" + Hex.encode(SecureRandom.bytes(32)) }

    /// What the store keeps: SHA-256.
    static func digest(_ text: some StringProtocol) -> [UInt8] { DigestAlgorithm.sha256.hash(text.utf8) }
}
