// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider
package import PKIFormats

/// Why something about the server's certificate was not done.
package enum ServerCertificateError: Error, Hashable, Sendable {
    /// No server certificate has this identifier.
    case unknown(ServerCertificateID)
    /// The certificate's key is not that of any request that waits.
    case noRequest
    /// The bytes hold no certificate that can be read.
    case unreadable(String)
    /// The checks found faults.
    case refused([ServerCertificateFinding])
    /// Devices are at work that do not trust the new trust anchor yet.
    case clientsDoNotTrust(anchor: String, devices: Int)
    /// It is not in a state for this.
    case wrongState(ServerCertificateID, ServerCertificate.State)
    /// It is served, or was before and may be needed for the way back.
    case inUse(ServerCertificateID)
    /// A staged change decides which certificate is served.
    case changeIsOpen(StagedChangeID)
    /// Nothing was served before.
    case nothingToRollBack
    /// The certificate to go back to ended.
    case ended(Timestamp)
    /// Somebody else changed it at the same time.
    case changedMeanwhile
    /// A name cannot stand in a certificate.
    case nameNotUsable(String)
    /// The authority has none.
    case noOwnCertificate
    /// A certificate could not be made here.
    case authority(AuthorityError)
    /// The key work failed.
    case key(CryptoError)
    /// The store failed.
    case store(StoreError)

    /// The stable code of this error, the same in log, audit, API and command line.
    package var code: String {
        switch self {
        case .unknown: "servercert.unknown"
        case .noRequest: "servercert.no-request"
        case .unreadable: "servercert.unreadable"
        case .refused(let findings): findings.first { $0.severity == .error }?.code ?? "servercert.refused"
        case .clientsDoNotTrust: "servercert.clients-do-not-trust"
        case .wrongState: "servercert.wrong-state"
        case .inUse: "servercert.in-use"
        case .changeIsOpen: "servercert.change-is-open"
        case .nothingToRollBack: "servercert.nothing-to-roll-back"
        case .ended: "servercert.ended"
        case .changedMeanwhile: "servercert.changed-meanwhile"
        case .nameNotUsable: "servercert.name-not-usable"
        case .noOwnCertificate: "servercert.no-own-certificate"
        case .authority(let error): error.code
        case .key(let error): error.code
        case .store(let error): error.code
        }
    }
}

extension ServerCertificateError: CustomStringConvertible {
    /// One sentence for people.
    package var description: String {
        switch self {
        case .unknown(let id): "there is no server certificate \(id)"
        case .noRequest: "no request that waits has the key of this certificate"
        case .unreadable(let reason): reason
        case .refused(let findings):
            // The first one's code is the error's.
            findings.filter { $0.severity == .error }.enumerated().map { index, finding in
                index == 0 ? finding.evidence : "\(finding.code): \(finding.evidence)"
            }.joined(separator: " ")
        case .clientsDoNotTrust(let anchor, let devices):
            devices == 1
                ? "a device is at work, and it does not trust \(anchor) yet"
                : "\(devices) devices are at work, and they do not trust \(anchor) yet"
        case .wrongState(let id, let state): "the server certificate \(id) is \(state.rawValue)"
        case .inUse(let id): "the server certificate \(id) is served, is the one to go back to, or waits in a change"
        case .changeIsOpen(let id): "the staged change \(id) decides which certificate is served"
        case .nothingToRollBack: "no other certificate was served before"
        case .ended(let end): "the certificate ended at \(end)"
        case .changedMeanwhile: "another certificate was activated at the same time"
        case .nameNotUsable(let reason): reason
        case .noOwnCertificate: "the own authority has issued no server certificate"
        case .authority(let error): "\(error)"
        case .key(let error): "\(error)"
        case .store(let error): "\(error)"
        }
    }
}

extension ServerCertificateError {
    /// Does something with the store and tells its failure as ours.
    static func storing<Value: Sendable>(
        _ work: @Sendable () async throws(StoreError) -> Value
    ) async throws(ServerCertificateError) -> Value {
        do { return try await work() } catch { throw .store(error) }
    }

    /// Does something with a key and tells its failure as ours.
    static func keying<Value: Sendable>(
        _ work: @Sendable () async throws(CryptoError) -> Value
    ) async throws(ServerCertificateError) -> Value {
        do { return try await work() } catch { throw .key(error) }
    }
}
