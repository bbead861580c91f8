// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCommandLine
import SealwrightInspection
import SealwrightServer
import TrustEvaluation

/// The certificates an installation holds: devices', its own, and its server's from elsewhere.
struct HeldCertificates {
    /// What is to be checked.
    private(set) var targets: [CheckTarget] = []
    /// What the server's certificates from elsewhere are anchored in, as it was accepted at their import.
    private(set) var anchors: [TrustAnchor] = []
    /// Fingerprints of what is among the targets already.
    private var known: Set<String> = []

    /// Asks for those that are valid by the installation's own books: what ended or was revoked needs no check.
    ///
    /// - Parameters:
    ///   - client: speaks to the server.
    ///   - now: the moment after which a server's certificate that is not served must end to count.
    /// - Throws: ``CommandFailure`` when the server does not answer.
    init(client: AdministrationClient, now: Timestamp) async throws(CommandFailure) {
        try await addIssued(client)
        try await addServers(client, now)
    }

    private mutating func addIssued(_ client: AdministrationClient) async throws(CommandFailure) {
        var cursor: String?
        repeat {
            let page: ListDocument<CertificateDocument> = try await client.get(
                "certificates",
                [("owner", "all"), ("status", "valid"), ("pem", "true"), ("limit", "1000"), ("after", cursor)])
            for item in page.items {
                guard let held = HeldCertificate(item), known.insert(item.fingerprint).inserted else { continue }
                targets.append(.held(held))
            }
            cursor = page.next
            if cursor != nil { Terminal.progress("\(targets.count) certificates read …") }
        } while cursor != nil
        Terminal.progressDone()
    }

    /// Adds what is served and was not issued here, what may be served next, and what a roll-back returns to.
    private mutating func addServers(_ client: AdministrationClient, _ now: Timestamp) async throws(CommandFailure) {
        let list: ListDocument<ServerCertificateDocument> = try await client.get("server-certificates")
        for item in list.items where ["active", "candidate", "previous"].contains(item.state) {
            guard let own = item.chain.first, let held = HeldCertificate(item) else { continue }
            let isOver = own.notAfter.flatMap { Timestamp(iso8601: $0) }.map { $0 < now } ?? false
            guard item.state == "active" || !isOver else { continue }
            let root = item.anchor ?? (own.issuer == own.subject ? own : nil)
            if let certificate = root.flatMap({ HeldCertificate.certificate(in: $0.pem) }) {
                anchors.append(TrustAnchor(certificate))
            }
            if known.insert(own.fingerprint).inserted { targets.append(.held(held)) }
        }
    }
}

/// A certificate that an installation holds.
struct HeldCertificate: Sendable {
    let serial: String
    /// What it is there for, for people.
    private let role: String
    /// PEM, its own first, each followed by its issuer.
    private let chain: [String]
    /// `nil` when its own extended key usage tells.
    private let purpose: CheckPurpose?
    private let isOfOwnAuthority: Bool
    private let isSecondOfKey: Bool

    /// A certificate that the installation issued; `nil` when the answer does not hold it.
    init?(_ document: CertificateDocument) {
        guard let pem = document.pem else { return nil }
        let service = document.owner == "own" ? Service(rawValue: document.profile) : nil
        serial = document.serial
        role = service?.title ?? document.profile
        chain = [pem]
        purpose = service?.purpose
        isOfOwnAuthority = true
        isSecondOfKey = service == .encryption
    }

    /// A server's certificate that came from elsewhere or signed itself; `nil` while it is only requested.
    init?(_ document: ServerCertificateDocument) {
        guard let own = document.chain.first else { return nil }
        serial = own.serial
        role = "server certificate, \(document.state)"
        chain = document.chain.map(\.pem)
        purpose = .server
        isOfOwnAuthority = document.source == "self-signed"
        isSecondOfKey = false
    }

    /// What is judged.
    ///
    /// - Throws: ``CheckObstacle`` when it cannot be read.
    func subject(name: String, uri: String) throws(CheckObstacle) -> CheckSubject {
        guard let leaf = chain.first.flatMap(Self.certificate) else {
            throw CheckObstacle(.unreadable, "the server's answer holds no readable certificate")
        }
        let above = chain.dropFirst().compactMap(Self.certificate)
        var subject = CheckSubject(name: name, uri: uri, origin: .held, leaf: leaf, presented: [leaf] + above)
        subject.purpose = purpose
        subject.role = role
        subject.isOfOwnAuthority = isOfOwnAuthority
        subject.isSecondOfKey = isSecondOfKey
        return subject
    }

    static func certificate(in pem: String) -> CertificateView? {
        guard let block = try? PEM.decode(pem).first else { return nil }
        return try? CertificateView(parsing: block.der)
    }

    /// What the server issues for itself, by the name of the profile.
    private enum Service: String {
        case server
        case registration = "scep-ra"
        /// The registration authority's second certificate, which shares its key with the first by design.
        case encryption = "scep-ra-encryption"
        case responder = "ocsp-signer"
        case issuing = "issuing-ca"
        case root

        var title: String {
            switch self {
            case .server: "TLS server"
            case .registration: "SCEP RA"
            case .encryption: "SCEP RA, encryption"
            case .responder: "OCSP signer"
            case .issuing: "issuing authority"
            case .root: "root"
            }
        }

        var purpose: CheckPurpose {
            switch self {
            case .server: .server
            case .registration, .encryption, .responder: .any
            case .issuing, .root: .authority
            }
        }
    }
}
