// SPDX-License-Identifier: Apache-2.0

/// A way to encrypt a content key to an RSA key.
///
/// Source: RFC 8017, section 7.
public enum KeyTransport: Hashable, Sendable {
    /// RSAES-PKCS1-v1_5.
    case pkcs1v15
    /// RSAES-OAEP with an empty label.
    case oaep(digest: DigestAlgorithm, mgfDigest: DigestAlgorithm)
}
