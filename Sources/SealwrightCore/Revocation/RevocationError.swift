// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// Why a certificate was not revoked or released.
package enum RevocationError: Error, Hashable, Sendable {
    /// No certificate of ours has this serial.
    case notFound(SerialNumber)
    /// It is revoked already, for good or, when a hold was asked for, on hold.
    case alreadyRevoked(Revocation)
    /// It is not on hold, so there is nothing to release.
    case notOnHold
    /// It is the server's own; the caller did not insist.
    case ownCertificate(profile: String)
    /// The reason is none a certificate can be revoked for.
    case reasonNotAllowed(CRLReason)
    /// The invalidity date lies in the future.
    case invalidityDateInFuture(Timestamp)
    /// The store failed; nothing was changed.
    case store(StoreError)

    /// The stable code of this error, the same in log, audit, API and command line.
    package var code: String {
        switch self {
        case .notFound: "revocation.not-found"
        case .alreadyRevoked: "revocation.already-revoked"
        case .notOnHold: "revocation.not-on-hold"
        case .ownCertificate: "revocation.own-certificate"
        case .reasonNotAllowed: "revocation.reason-not-allowed"
        case .invalidityDateInFuture: "revocation.invalidity-date-in-future"
        case .store(let error): error.code
        }
    }
}

extension RevocationError: CustomStringConvertible {
    /// One sentence for people.
    package var description: String {
        switch self {
        case .notFound(let serial): "no certificate issued here has serial \(serial.hex)"
        case .alreadyRevoked(let revocation):
            "the certificate was revoked at \(revocation.at) for \(revocation.reason.name)"
        case .notOnHold: "the certificate is not on hold"
        case .ownCertificate(let profile): "the certificate is this server's own (\(profile))"
        case .reasonNotAllowed(let reason): "a certificate cannot be revoked with the reason \(reason.name)"
        case .invalidityDateInFuture(let date): "the invalidity date \(date) is in the future"
        case .store(let error): "\(error)"
        }
    }
}
