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
    /// Certificates that may have issued others: those to trust and those that may stand between.
    private let known: [CertificateView]
    private let memory = Memory()

    init(seconds: Int, known: [CertificateView]) {
        self.seconds = seconds
        self.known = known
    }

    /// URLs of one kind that are asked; more are never needed.
    private static let urlLimit = 3
    /// Issuers fetched one above the other.
    private static let hops = 3
    private static let issuerOctets = 64 << 10
    private static let listOctets = 64 << 20

    func fetch(for subject: CheckSubject) async -> [FetchedResource] {
        let issuers = await fetchIssuers(for: subject)
        var found = issuers.resources
        let own = subject.leaf.crlDistributionPoints?.uris ?? []
        if let url = Self.passedOver(own) { found.append(Self.unasked(.crl, url, "only http is asked")) }
        for url in listURLs(of: subject, own, issuers.chain) { found.append(await fetched(.crl, url, body: nil)) }
        let responders = subject.leaf.authorityInformationAccess?.ocspURIs ?? []
        if let url = Self.passedOver(responders) { found.append(Self.unasked(.ocsp, url, "only http is asked")) }
        let asked = responders.filter(Self.isFetchable).prefix(Self.urlLimit)
        guard let issuer = issuers.chain.first else {
            let reason = "the question needs the certificate of '\(subject.leaf.issuer)', which is not at hand"
            return found + asked.prefix(1).map { Self.unasked(.ocsp, $0, reason) }
        }
        let request = OCSPRequest(certIDs: [
            CertID.make(
                issuerName: issuer.subject, issuerKeyBits: issuer.subjectPublicKeyInfo.keyBits,
                serialNumber: subject.leaf.serialNumber)
        ])
        for url in asked { found.append(await fetched(.ocsp, url, body: request.derBytes)) }
        return found
    }

    /// The first URL when none of them is asked.
    private static func passedOver(_ urls: [String]) -> String? {
        urls.contains(where: isFetchable) ? nil : urls.first
    }

    private static func unasked(_ kind: FetchedResource.Kind, _ url: String, _ reason: String) -> FetchedResource {
        FetchedResource(kind, url: url, outcome: .failure(CheckObstacle(.pointerUnreachable, reason)))
    }

    /// The first URL of each certificate that somebody else issued, the leaf's own all; each once.
    private func listURLs(of subject: CheckSubject, _ own: [String], _ chain: [CertificateView]) -> [String] {
        let others = (subject.presented + chain).filter { $0 != subject.leaf && !$0.isSelfIssued }
        let above = others.compactMap { $0.crlDistributionPoints?.uris.first(where: Self.isFetchable) }
        var seen: Set<String> = []
        return (Array(own.filter(Self.isFetchable).prefix(Self.urlLimit)) + above.prefix(Self.hops))
            .filter { seen.insert($0).inserted }
    }

    private static func isFetchable(_ url: String) -> Bool { url.lowercased().hasPrefix("http://") }

    /// The issuers of the leaf, the nearest first, and whatever had to be fetched to complete the chain.
    private func fetchIssuers(
        for subject: CheckSubject
    ) async -> (chain: [CertificateView], resources: [FetchedResource]) {
        var known = subject.presented + known
        var resources: [FetchedResource] = []
        var chain: [CertificateView] = []
        var current = subject.leaf
        for _ in 0..<Self.hops {
            guard !current.isSelfIssued else { break }
            if Self.issuer(of: current, among: known) == nil,
                let url = current.authorityInformationAccess?.caIssuersURIs.first(where: Self.isFetchable)
            {
                let resource = await fetched(.issuer, url, body: nil)
                resources.append(resource)
                known += Self.certificates(in: resource)
            }
            guard let issuer = Self.issuer(of: current, among: known) else { break }
            chain.append(issuer)
            current = issuer
        }
        return (chain, resources)
    }

    /// The certificate whose key signed; many may have the name.
    private static func issuer(of certificate: CertificateView, among known: [CertificateView]) -> CertificateView? {
        known.lazy.filter { $0.subject.matches(certificate.issuer) }.prefix(namesakes)
            .first { $0.publicKey.map { certificate.isSigned(by: $0) } ?? false }
    }

    /// Certificates of one name whose keys are tried.
    private static let namesakes = 16

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
