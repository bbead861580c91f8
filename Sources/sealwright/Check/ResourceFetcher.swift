// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCommandLine
import SealwrightInspection
import SealwrightNetwork
import Synchronization

/// Fetches what the URLs of a certificate name: CRLs, OCSP answers, missing issuers.
///
/// Only on demand, only `http`, also where a URL leads elsewhere, bounded in number, size and time. The same URL is
/// asked once a run.
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
                known += resource.issuers
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
        limits.bodyOctets = kind == .crl ? Self.listOctets : Self.issuerOctets
        let deadline = ContinuousClock.now + .seconds(seconds)
        do throws(NetworkError) {
            var request = HTTPRequest(method: body == nil ? "GET" : "POST", url: try HTTPURL(url))
            if let body {
                request.fields.append(("Content-Type", "application/ocsp-request"))
                request.body = body
            }
            for _ in 0...Self.redirections {
                limits.seconds = max(1, Int(ContinuousClock.now.duration(to: deadline).components.seconds))
                let response = try await HTTPClient(limits: limits).send(request)
                if response.status == 200 { return .success(Self.unwrapped(response.body)) }
                guard body == nil, let place = Self.redirection(response, from: request.url) else {
                    return Self.unreachable("status \(response.status)")
                }
                guard Self.isFetchable(place) else {
                    return Self.unreachable("it leads to \(place), and only http is asked")
                }
                request.url = try HTTPURL(place)
            }
            return Self.unreachable("it leads on more than \(Self.redirections) times")
        } catch {
            return Self.unreachable(error.description)
        }
    }

    private static func unreachable(_ reason: String) -> Result<[UInt8], CheckObstacle> {
        .failure(CheckObstacle(.pointerUnreachable, reason))
    }

    /// How often an answer may lead elsewhere.
    private static let redirections = 3

    /// Where an answer leads, absolute; `nil` when it leads nowhere.
    ///
    /// Source: RFC 9110, section 15.4.
    private static func redirection(_ response: HTTPResponse, from url: HTTPURL) -> String? {
        guard [301, 302, 303, 307, 308].contains(response.status), let place = response.field("Location") else {
            return nil
        }
        if place.contains("://") { return place }
        guard place.hasPrefix("/"), !place.hasPrefix("//") else { return nil }
        return "\(url.isSecure ? "https" : "http")://\(url.hostField)\(place)"
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
