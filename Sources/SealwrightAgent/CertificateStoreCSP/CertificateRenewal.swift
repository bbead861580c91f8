// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

/// How the renewal of the device's own certificate stands.
///
/// Source: Microsoft, CertificateStore CSP, MY/WSTEP/Renew.
public struct CertificateRenewal: Hashable, Sendable, Codable {
    /// The value of the Status node.
    public enum Status: Int, Hashable, Sendable, Codable {
        /// Nothing was tried.
        case notStarted = 0
        /// It is asked for or under way.
        case inProgress = 1
        /// The last attempt brought a certificate.
        case succeeded = 2
        /// The last attempt failed.
        case failed = 3
    }

    /// Whether a server asked for one that was not tried yet: Exec of RenewNow.
    public var isRequested = false
    /// How the last attempt ended.
    public var status = Status.notStarted
    /// The result of the last attempt.
    public var errorCode = HResult.ok
    /// When the last attempt was.
    public var lastAttempt: Timestamp?

    /// Makes one of which nothing was tried.
    public init() {}
}
