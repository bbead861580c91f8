// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider
import PKIFormats

/// Why work on an authority, its CRL or one of the server's own certificates was not done.
package enum AuthorityError: Error, Hashable, Sendable {
    /// No authority exists yet.
    case notInitialized
    /// No authority has this short name.
    case unknownAuthority(AuthorityID)
    /// The authority's key is not on this machine, or could not be opened.
    case keyOffline(AuthorityID)
    /// Only the key of a root, or of an authority above the issuing one, can be taken away: the others are needed every
    /// day.
    case notARoot(AuthorityID)
    /// There is no successor to rotate to.
    case noSuccessorStaged
    /// A successor is staged already.
    case successorAlreadyStaged(AuthorityID)
    /// The successor's certificate is revoked or on hold, so that nothing it issued would be believed.
    case successorRevoked(AuthorityID, Revocation)
    /// The certificate cannot be an authority's here.
    case certificateNotUsable(String)
    /// A CRL cannot tell what an authority had revoked before it came here.
    case revocationListNotUsable(String)
    /// The private key does not belong to the certificate.
    case keyDoesNotMatch
    /// No request that waits for its answer has the key of one of these certificates.
    case requestUnknown
    /// This key type cannot do this work.
    case keyTypeNotAllowed(KeyType, purpose: String)
    /// A name given for an authority or server cannot be put into a certificate.
    case nameNotUsable(String)
    /// The certificate that was planned broke a rule of its profile.
    case planRefused(String)
    /// A signature we made does not verify; a fault of the machine or of the key.
    case signatureInvalid(AuthorityID)
    /// The key work failed.
    case key(CryptoError)
    /// The store failed.
    case store(StoreError)

    /// The stable code of this error, the same in log, audit, API and command line.
    package var code: String {
        switch self {
        case .notInitialized: "authority.not-initialized"
        case .unknownAuthority: "authority.unknown"
        case .keyOffline: "authority.key-offline"
        case .notARoot: "authority.not-a-root"
        case .noSuccessorStaged: "authority.no-successor"
        case .successorAlreadyStaged: "authority.successor-staged"
        case .successorRevoked: "authority.successor-revoked"
        case .certificateNotUsable: "authority.certificate-not-usable"
        case .revocationListNotUsable: "authority.crl-not-usable"
        case .keyDoesNotMatch: "authority.key-mismatch"
        case .requestUnknown: "authority.request-unknown"
        case .keyTypeNotAllowed: "authority.key-type-not-allowed"
        case .nameNotUsable: "authority.name-not-usable"
        case .planRefused: "authority.plan-refused"
        case .signatureInvalid: "authority.signature-invalid"
        case .key(let error): error.code
        case .store(let error): error.code
        }
    }
}

extension AuthorityError: CustomStringConvertible {
    /// One sentence for people.
    package var description: String {
        switch self {
        case .notInitialized: "this data folder has no certification authority yet"
        case .unknownAuthority(let id): "there is no authority named \(id)"
        case .keyOffline(let id): "the private key of authority \(id) is not on this machine"
        case .notARoot(let id): "authority \(id) stands above no other, and its key is needed here"
        case .noSuccessorStaged: "no successor of the issuing authority is staged"
        case .successorAlreadyStaged(let id): "authority \(id) is staged as the successor already"
        case .successorRevoked(let id, let revocation):
            "the certificate of authority \(id), which is staged, was revoked at \(revocation.at) for "
                + revocation.reason.name
        case .certificateNotUsable(let reason): "the certificate cannot serve as an authority's: \(reason)"
        case .revocationListNotUsable(let reason): "the CRL cannot be taken in: \(reason)"
        case .keyDoesNotMatch: "the private key does not belong to the certificate"
        case .requestUnknown: "no request of this server waits for one of these certificates"
        case .keyTypeNotAllowed(let type, let purpose): "a key of type \(type.rawValue) cannot be used for \(purpose)"
        case .nameNotUsable(let reason): reason
        case .planRefused(let reason): "the certificate was not issued: \(reason)"
        case .signatureInvalid(let id): "a signature made with the key of authority \(id) does not verify"
        case .key(let error): "\(error)"
        case .store(let error): "\(error)"
        }
    }
}

extension AuthorityError {
    /// Does something with the store and tells its failure as ours.
    static func storing<Value: Sendable>(
        _ work: @Sendable () async throws(StoreError) -> Value
    ) async throws(AuthorityError) -> Value {
        do { return try await work() } catch { throw .store(error) }
    }

    /// Does something with a key and tells its failure as ours.
    static func keying<Value: Sendable>(
        _ work: @Sendable () async throws(CryptoError) -> Value
    ) async throws(AuthorityError) -> Value {
        do { return try await work() } catch { throw .key(error) }
    }
}
