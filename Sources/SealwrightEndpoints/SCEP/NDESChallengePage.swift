// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
package import SealwrightCore

/// The page from which Jamf, Fleet, Palo Alto and other managers scrape a one-time challenge, as NDES serves it.
///
/// They search UTF-16 text for `The enrollment challenge password is: <B> … </B>`; blanks and capitals matter.
///
/// Source: Microsoft NDES, `/certsrv/mscep_admin/`; scrapers published by Fleet and others.
package struct NDESChallengePage: Sendable {
    /// Seconds a challenge from this page lives, NDES' own default.
    static let lifetime: Int64 = 3_600

    private let endpoint: EndpointID
    private let challenges: ChallengeService
    private let registry: AuthorityRegistry
    private let policy: EnrollmentPolicy
    /// SHA-256 of `user:password`.
    private let credentialDigest: [UInt8]

    /// Makes the page for an endpoint; `credential` is `user:password`.
    package init(
        configuration: SCEPEndpointConfiguration, challenges: ChallengeService, registry: AuthorityRegistry,
        credential: Secret
    ) {
        endpoint = configuration.id
        policy = configuration.policy
        self.challenges = challenges
        self.registry = registry
        credentialDigest = credential.digest
    }

    /// The page, with a fresh challenge, for whoever presents the credential.
    ///
    /// `authorization` is the Authorization field.
    package func respond(authorization: String?, from peer: Peer) async -> EndpointReply {
        guard let given = Self.basicCredential(authorization), ConstantTime.equal(given.digest, credentialDigest) else {
            return page(
                .unauthorized(realm: "mscep_admin"), "You do not have sufficient permission to enroll with SCEP.")
        }
        do {
            let made = try await challenges.create(
                ChallengeOrder(
                    endpoint: endpoint, timeToLive: Self.lifetime, createdBy: "ndes-page:\(peer.address)"))
            return page(.ok, body(challenge: made.secret))
        } catch {
            return page(.unavailable(retryAfterSeconds: 5), "The password cache is full.")
        }
    }

    private func body(challenge: Secret) -> String {
        """
        The thumbprint (hash value) for the CA certificate is: <B> \(thumbprint) </B> <P> \
        The enrollment challenge password is: <B> \(challenge.reveal()) </B> <P> \
        This password can be used only once and will expire within 60 minutes.
        """
    }

    /// MD5 in groups of eight digits, the form the page has always had.
    ///
    /// It is for the eye; nothing relies on it.
    private var thumbprint: String {
        guard let authority = registry.context(policy.following(registry).authority) else { return "" }
        let digits = Hex.encode(authority.certificate.fingerprint(.md5)).uppercased()
        return stride(from: 0, to: digits.count, by: 8).map { offset in
            String(digits.dropFirst(offset).prefix(8))
        }.joined(separator: " ")
    }

    private func page(_ status: EndpointReply.Status, _ text: String) -> EndpointReply {
        let html = """
            <HTML><Head><Meta HTTP-Equiv="Content-Type" Content="text/html; charset=UTF-16">\
            <Title>Network Device Enrollment Service</Title></Head><Body><P> \(text) </P></Body></HTML>
            """
        let octets = html.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
        return EndpointReply(status: status, body: .bytes([0xFF, 0xFE] + octets), mediaType: "text/html")
    }

    private static func basicCredential(_ field: String?) -> Secret? {
        guard let field, field.lowercased().hasPrefix("basic ") else { return nil }
        guard let octets = Base64.decode(field.dropFirst(6), tolerance: .tolerant) else { return nil }
        return Secret(String(decoding: octets, as: UTF8.self))
    }
}
