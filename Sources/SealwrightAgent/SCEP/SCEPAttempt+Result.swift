// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP

extension SCEPAttempt {
    /// Installs the certificate with its key and tells the server of it, in one step.
    ///
    /// The certificate of the same UniqueID that was there before goes once the new one is in place.
    /// `weak` names what the answer was protected with and should not have been; it goes to the log.
    func install(
        _ certificate: [UInt8], _ others: [[UInt8]], _ url: String, weak: [String]
    ) throws(Ending) {
        let isInstalled = try change { (draft, record) -> Bool in
            let owner = StoreOwner.node(installation)
            let scope = installation.scope
            guard let path = record.run?.keyPath, let key = draft.anyKey(at: path), let own = try? key.publicKey(),
                let view = try? CertificateView(parsing: certificate), view.publicKey == own
            else { return false }
            let reference = draft.install(
                certificate, in: StoreLocation(scope, .my), owner: owner, key: key,
                container: record.run?.settings.containerName)
            var installed: Set<StoreReference> = [reference]
            for encoded in others {
                guard let other = try? CertificateView(parsing: encoded), other.isCertificateAuthority else { continue }
                guard !other.isSelfIssued else {
                    draft.note(AgentEvent(.rootNotTrusted, installation.uniqueID, other.subject.rfc4514))
                    continue
                }
                installed.insert(draft.install(encoded, in: StoreLocation(scope, .ca), owner: owner))
            }
            draft.release(owner, in: scope, keeping: installed)
            record.installed = reference
            record.status = .finished
            record.errorCode = .ok
            record.respondentServerURL = url
            record.run = nil
            draft.queueAlert(of: installation, record.status)
            draft.note(AgentEvent(.scepInstalled, installation.uniqueID, reference.thumbprint.text))
            if !weak.isEmpty { draft.note(AgentEvent(.scepWeakReply, url, weak.joined(separator: ", "))) }
            return true
        }
        guard isInstalled else { throw .failed(.invalidServerResponse) }
    }

    /// Ends the enrolment; the key that waited for a certificate goes with it, a certificate installed before stays.
    ///
    /// `detail` goes to the log beside the result: of a refusal its failInfo and the server's words.
    func fail(_ result: HResult, _ detail: String? = nil) throws(AgentError) {
        do throws(Ending) {
            try change { draft, record in
                record.status = .failed
                record.errorCode = result
                record.run = nil
                draft.queueAlert(of: installation, record.status)
                let told = detail.map { ": " + $0 } ?? ""
                draft.note(AgentEvent(.scepFailed, installation.uniqueID, "\(result)\(told)"))
            }
        } catch {
            if case .store(let error) = error { throw error }
        }
    }
}

extension SCEPError {
    /// What the ErrorCode node tells.
    var result: HResult {
        switch self {
        // The one word of SCEP that names a cause: digest, cipher, or the kind and length of the key.
        case .refused(.badAlg?, _): .badAlgorithm
        case .refused: .requestDenied
        case .missing: .attributeMissing
        case .signatureInvalid, .unknownSigner: .badSignature
        case .algorithmNotAllowed, .noCommonAlgorithm: .badAlgorithm
        case .stillPending: .timeout
        default: .invalidServerResponse
        }
    }
}
