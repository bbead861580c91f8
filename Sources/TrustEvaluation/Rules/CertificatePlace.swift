// SPDX-License-Identifier: Apache-2.0

/// Where in a path a certificate stands.
enum CertificatePlace {
    case leaf
    case intermediate
    case anchor
    /// The leaf is itself the trust anchor.
    case pinned

    /// Whether it stands where the path ends.
    var isEnd: Bool { self == .leaf || self == .pinned }
}
