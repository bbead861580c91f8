// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

/// Text that must not reach a log, an audit trail or an error message.
///
/// Every way of turning it into text gives `***`; ``reveal()`` is the only way to the text and easy to search for.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let text: String

    /// Wraps text.
    package init(_ text: String) { self.text = text }

    /// The text itself.
    package func reveal() -> String { text }

    /// SHA-256 of the text's UTF-8, under which it is stored.
    package var digest: [UInt8] { DigestAlgorithm.sha256.hash(text.utf8) }

    /// The secret as it counts together with a user's name only.
    ///
    /// Its digest tells nothing of the name without the secret, and no other name finds it.
    package func bound(to user: String) -> Secret { Secret(text + "\u{0}" + UserName.comparable(user)) }

    /// Whether there is no text.
    package var isEmpty: Bool { text.isEmpty }

    /// `***`.
    package var description: String { "***" }

    /// `***`.
    package var debugDescription: String { "***" }

    /// Nothing to see, also for `dump`.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension Secret {
    /// Makes a secret of 130 random bits: 26 characters of Crockford's base 32, which has no look-alikes.
    package static func random() -> Secret {
        Secret(String(decoding: SecureRandom.bytes(26).map { crockford[Int($0 & 31)] }, as: UTF8.self))
    }
}

private let crockford = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
