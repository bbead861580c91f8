// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP

extension SCEPAttempt {
    /// Installs the certificate with its key, and the authorities between it and the root, and tells the server of it,
    /// in one step.
    ///
    /// The certificate of the same UniqueID that was there before goes once the new one is in place.
    /// `weak` names what the answer was protected with and should not have been; it goes to the log.
    func install(
        _ certificate: [UInt8], _ others: [[UInt8]], _ url: String, weak: [String]
    ) throws(Ending) {
        let isInstalled = try change { (draft, record) -> Bool in
            guard let path = record.run?.keyPath, let key = draft.anyKey(at: path), let own = try? key.publicKey(),
                let view = try? CertificateView(parsing: certificate), view.publicKey == own
            else { return false }
            let reference = draft.install(
                certificate, key: key, authorities: authorities(of: view, sent: others, known: record.anchors),
                of: installation, container: record.run?.settings.containerName)
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

    /// The authorities that came along, and those of the certificate's chain that the server showed before: many servers
    /// send the certificate alone.
    private func authorities(
        of certificate: CertificateView, sent others: [[UInt8]], known anchors: [EncodedBytes]
    ) -> [CertificateView] {
        let sent = others.compactMap { try? CertificateView(parsing: $0) }.filter(\.isCertificateAuthority)
        let known = anchors.compactMap { try? CertificateView(parsing: $0.octets) }
        let missing = certificate.issuers(in: sent + known).filter { !$0.isSelfIssued && !sent.contains($0) }
        return sent + missing
    }

    /// Ends the enrolment; the key that waited for a certificate goes with it, a certificate installed before stays.
    ///
    /// `detail` goes to log and status beside the result: of a refusal its failInfo and the server's words.
    func fail(_ result: HResult, _ detail: String? = nil) throws(AgentError) {
        do throws(Ending) {
            try change { draft, record in
                record.status = .failed
                record.errorCode = result
                record.failure = (detail ?? result.meaning).map { String($0.prefix(Self.failureLimit)) }
                record.run = nil
                draft.queueAlert(of: installation, record.status)
                draft.note(AgentEvent(.scepFailed, installation.uniqueID, result.told(detail)))
            }
        } catch {
            if case .store(let error) = error { throw error }
        }
    }

    /// Characters of a reason that are kept; a server may send a book.
    private static let failureLimit = 400
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
