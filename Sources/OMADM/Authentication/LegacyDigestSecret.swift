// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// The name and secret of one direction of management sessions, as an MD5 digest takes them: hashed together.
///
/// A server keeps only this, never the secret itself. Whoever reads it can still sign in, so that it is sealed like a
/// secret.
///
/// MD5 is broken. Here it is what the protocol has, over TLS, with secrets of random octets; client certificates and
/// ``MDMSignature`` are the other two ways.
///
/// Source: OMA-TS-DM_Security-V1_2, section 5.3; RFC 2617, section 3.2.2 (of which this is a descendant).
public struct LegacyDigestSecret: Hashable, Sendable {
    /// `B64(MD5(user ":" secret))`, 24 characters.
    public let hashedText: String

    /// Hashes a name and a secret.
    public init(user: String, secret: String) {
        hashedText = Base64.encode(DigestAlgorithm.md5.hash(Array((user + ":" + secret).utf8)))
    }

    /// Takes what was hashed before.
    public init(hashedText: String) { self.hashedText = hashedText }

    /// The `Data` of a Cred of type `syncml:auth-md5`: `B64(MD5(B64(MD5(user ":" secret)) ":" nonce))`.
    ///
    /// - Parameter nonce: the octets of the nonce, which travel as Base64 but are hashed as they are.
    /// - Returns: 24 characters.
    public func credential(nonce: [UInt8]) -> String { Base64.encode(digest(nonce: nonce)) }

    /// Whether a Cred's `Data` is the digest for this nonce; compared in constant time.
    ///
    /// - Parameters:
    ///   - data: the text of `Data`, white space at its ends allowed.
    ///   - nonce: the octets of the nonce that was handed out.
    /// - Returns: whether it is.
    public func accepts(_ data: String, nonce: [UInt8]) -> Bool {
        guard data.utf8.count <= Self.dataLimit, let received = Base64.decode(data, tolerance: .tolerant) else {
            return false
        }
        return ConstantTime.equal(received, digest(nonce: nonce))
    }

    /// Octets a digest in Base64 may have with white space around it.
    private static let dataLimit = 128

    private func digest(nonce: [UInt8]) -> [UInt8] {
        DigestAlgorithm.md5.hash(Array(hashedText.utf8) + [0x3A] + nonce)
    }
}

extension LegacyDigestSecret: CustomStringConvertible, CustomDebugStringConvertible {
    /// The name of the type alone.
    public var description: String { "LegacyDigestSecret" }

    /// The name of the type alone.
    public var debugDescription: String { description }
}
