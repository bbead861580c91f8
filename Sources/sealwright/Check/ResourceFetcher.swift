// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCommandLine
import SealwrightInspection
import SealwrightNetwork
import Synchronization

/// Fetches what the URLs of a certificate name: CRLs, OCSP answers, missing issuers.
///
/// Only on demand, only `http`, bounded in number, size and time. The same URL is asked once a run.
struct ResourceFetcher: Sendable {
    private let seconds: Int
    private let memory = Memory()

    init(seconds: Int) { self.seconds = seconds }

    /// URLs of one kind that are asked; more are never needed.
    private static let urlLimit = 3
    /// Issuers fetched one above the other.
    private static let hops = 3
    private static let issuerOctets = 64 << 10
    private static let listOctets = 64 << 20

    func fetch(for subject: CheckSubject) async -> [FetchedResource] {
        var found: [FetchedResource] = []
        let issuers = await fetchIssuers(for: subject)
        found += issuers.resources
        for url in listURLs(of: subject) { found.append(await fetched(.crl, url, body: nil)) }
        let responders = (subject.leaf.authorityInformationAccess?.ocspURIs ?? []).filter(Self.isFetchable)
        guard let issuer = issuers.direct else { return found }
        let request = OCSPRequest(certIDs: [
            CertID.make(
                issuerName: issuer.subject, issuerKeyBits: issuer.subjectPublicKeyInfo.keyBits,
                serialNumber: subject.leaf.serialNumber)
        ])
        for url in responders.prefix(Self.urlLimit) {
            found.append(await fetched(.ocsp, url, body: request.derBytes))
        }
        return found
    }

    /// The first URL of each certificate that somebody else issued, the leaf's own all.
    private func listURLs(of subject: CheckSubject) -> [String] {
        let own = (subject.leaf.crlDistributionPoints?.uris ?? []).filter(Self.isFetchable).prefix(Self.urlLimit)
        let above = subject.presented.filter { $0 != subject.leaf && !$0.isSelfIssued }.prefix(Self.hops)
        let others = above.compactMap { $0.crlDistributionPoints?.uris.first(where: Self.isFetchable) }
        return Array(own) + others.filter { !own.contains($0) }
    }

    private static func isFetchable(_ url: String) -> Bool { url.lowercased().hasPrefix("http://") }

    /// The issuer of the leaf, and whatever had to be fetched to complete the chain.
    private func fetchIssuers(
        for subject: CheckSubject
    ) async -> (direct: CertificateView?, resources: [FetchedResource]) {
        var known = subject.presented
        var resources: [FetchedResource] = []
        var direct: CertificateView?
        var current = subject.leaf
        for hop in 0..<Self.hops {
            guard !current.isSelfIssued else { break }
            if known.first(where: { $0.subject.matches(current.issuer) }) == nil,
                let url = current.authorityInformationAccess?.caIssuersURIs.first(where: Self.isFetchable)
            {
                let resource = await fetched(.issuer, url, body: nil)
                resources.append(resource)
                known += Self.certificates(in: resource)
            }
            guard let issuer = known.first(where: { $0.subject.matches(current.issuer) }) else { break }
            if hop == 0 { direct = issuer }
            current = issuer
        }
        return (direct, resources)
    }

    private static func certificates(in resource: FetchedResource) -> [CertificateView] {
        guard case .success(let octets) = resource.outcome else { return [] }
        if let certificate = try? CertificateView(parsing: octets) { return [certificate] }
        return (try? SignedData(parsing: octets))?.certificateViews ?? []
    }

    private func fetched(_ kind: FetchedResource.Kind, _ url: String, body: [UInt8]?) async -> FetchedResource {
        let key = body.map { url + "\n" + Hex.encode($0) } ?? url
        if let known = memory.resource(key) { return known }
        let resource = FetchedResource(kind, url: url, outcome: await ask(kind, url, body))
        memory.keep(resource, for: key)
        return resource
    }

    private func ask(
        _ kind: FetchedResource.Kind, _ url: String, _ body: [UInt8]?
    ) async -> Result<[UInt8], CheckObstacle> {
        var limits = HTTPClient.Limits()
        limits.seconds = seconds
        limits.bodyOctets = kind == .crl ? Self.listOctets : Self.issuerOctets
        do throws(NetworkError) {
            var request = HTTPRequest(method: body == nil ? "GET" : "POST", url: try HTTPURL(url))
            if let body {
                request.fields.append(("Content-Type", "application/ocsp-request"))
                request.body = body
            }
            let response = try await HTTPClient(limits: limits).send(request)
            guard response.status == 200 else {
                return .failure(CheckObstacle(.pointerUnreachable, "status \(response.status)"))
            }
            return .success(Self.unwrapped(response.body))
        } catch {
            return .failure(CheckObstacle(.pointerUnreachable, error.description))
        }
    }

    /// The DER of a body that came as PEM, as some servers send it.
    private static func unwrapped(_ body: [UInt8]) -> [UInt8] {
        guard body.first != 0x30, let block = try? PEM.sniff(body).first else { return body }
        return block.der
    }

    /// What was fetched before.
    private final class Memory: Sendable {
        /// Guards the answers by URL and question.
        private let answers = Mutex<[String: FetchedResource]>([:])

        func resource(_ key: String) -> FetchedResource? { answers.withLock { $0[key] } }

        func keep(_ resource: FetchedResource, for key: String) { answers.withLock { $0[key] = resource } }
    }
}
