// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

// What a change is about, and what devices are told of it.

extension StagedChangeService {
    /// What devices must trust for a change: certificates by the name devices confirm them under.
    package struct Offer: Sendable, Hashable {
        /// SHA-256 of the certificate that is to be served or to issue; what a device names when it confirms.
        package let fingerprint: [UInt8]
        /// The trust anchors, DER.
        package let anchors: [[UInt8]]
    }

    /// What devices are told.
    ///
    /// - Throws: ``StagedChangeError`` when the candidate is gone.
    package func offer(of change: StagedChange) async throws(StagedChangeError) -> Offer {
        switch change.subject {
        case .requireHTTPS(nil):
            guard let served = certificates.served.current else { throw .server(.noOwnCertificate) }
            return Offer(
                fingerprint: served.leaf.fingerprint(.sha256), anchors: served.anchor.map { [$0.encoded] } ?? [])
        case .requireHTTPS(let id?), .serverCertificate(let id):
            let candidate = try await candidate(id)
            guard let fingerprint = candidate.fingerprint else { throw .server(.wrongState(id, candidate.state)) }
            return Offer(fingerprint: fingerprint, anchors: candidate.anchor.map { [$0] } ?? [])
        case .authority(let id):
            guard let context = certificates.registry.context(id) else { throw .authority(.unknownAuthority(id)) }
            let root = certificates.registry.chain(of: id).last?.certificate ?? context.certificate
            return Offer(fingerprint: context.certificate.fingerprint(.sha256), anchors: [root.encoded])
        }
    }

    /// The fingerprints a confirmation may name: the candidate's or that of a trust anchor of it.
    ///
    /// The own authority's certificate renews itself in the midst of a change; its anchor stays.
    func fingerprints(of change: StagedChange) async throws(StagedChangeError) -> Set<[UInt8]> {
        let offer = try await offer(of: change)
        return Set([offer.fingerprint] + offer.anchors.map { DigestAlgorithm.sha256.hash($0) })
    }

    /// The codes of what is wrong with the candidate.
    func faults(of change: StagedChange) async throws(StagedChangeError) -> [String] {
        switch change.subject {
        case .requireHTTPS(nil):
            guard let end = certificates.served.current?.leaf.notAfter, end > clock.now else {
                return ["trust.expired"]
            }
            return []
        case .requireHTTPS(let id?), .serverCertificate(let id):
            do {
                return try await certificates.judge(id).filter { $0.severity == .error }.map(\.code)
            } catch {
                throw .server(error)
            }
        case .authority(let id):
            guard let context = certificates.registry.context(id), context.canSign else {
                return [AuthorityError.keyOffline(id).code]
            }
            return context.revocation.map { [AuthorityError.successorRevoked(id, $0).code] } ?? []
        }
    }

    func demandExistence(of subject: StagedChange.Subject) async throws(StagedChangeError) {
        switch subject {
        case .requireHTTPS(nil): return
        case .requireHTTPS(let id?), .serverCertificate(let id): _ = try await candidate(id)
        case .authority(let id):
            guard certificates.registry.staged()?.id == id else { throw .authority(.noSuccessorStaged) }
        }
    }

    private func candidate(_ id: ServerCertificateID) async throws(StagedChangeError) -> ServerCertificate {
        do { return try await certificates.find(id) } catch { throw .server(error) }
    }
}

extension StagedChange.Subject {
    /// `https`, `https sc_…`, `server-certificate sc_…`, `authority issuing-2`: for logs, lists and the store.
    package var text: String {
        switch self {
        case .requireHTTPS(nil): "https"
        case .requireHTTPS(let id?): "https \(id)"
        case .serverCertificate(let id): "server-certificate \(id)"
        case .authority(let id): "authority \(id)"
        }
    }

    /// Reads ``text``; `nil` for anything else.
    package init?(text: String) {
        let words = text.split(separator: " " as Character, omittingEmptySubsequences: false).map(String.init)
        switch (words.first, words.count) {
        case ("https", 1): self = .requireHTTPS(candidate: nil)
        case ("https", 2): self = .requireHTTPS(candidate: ServerCertificateID(rawValue: words[1]))
        case ("server-certificate", 2): self = .serverCertificate(ServerCertificateID(rawValue: words[1]))
        case ("authority", 2): self = .authority(AuthorityID(rawValue: words[1]))
        default: return nil
        }
    }
}
