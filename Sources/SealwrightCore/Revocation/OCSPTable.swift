// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// What a responder needs to know of the authorities, computed once for each revision of the registry.
struct OCSPTable: Sendable {
    /// The revision of the registry this was made from.
    let revision: Int
    /// Our authorities as a CertID names them, in every digest that is answered.
    private let issuers: [CertID.Issuer: AuthorityID]
    private let signers: [AuthorityID: [OCSPSigner]]

    /// SHA-1 is what RFC 5019 clients use; it protects nothing here.
    private static let digests: [DigestAlgorithm] = [.sha1, .sha256, .sha384, .sha512]

    init(_ registry: AuthorityRegistry) {
        revision = registry.revision
        var issuers: [CertID.Issuer: AuthorityID] = [:]
        var signers: [AuthorityID: [OCSPSigner]] = [:]
        for context in registry.all {
            let certificate = context.certificate
            for digest in Self.digests {
                let issuer = CertID.Issuer(
                    name: certificate.subject, keyBits: certificate.subjectPublicKeyInfo.keyBits, digest: digest)
                issuers[issuer] = context.id
            }
            signers[context.id] = Self.signers(for: context, in: registry)
        }
        self.issuers = issuers
        self.signers = signers
    }

    /// The authority of ours that a CertID names.
    func authority(of certID: CertID) -> AuthorityID? { certID.issuer.flatMap { issuers[$0] } }

    /// Who signs for an authority at a moment.
    func signer(for authority: AuthorityID, at now: Timestamp) -> OCSPSigner? {
        signers[authority]?.first { $0.notBefore <= now && now <= $0.notAfter }
    }

    /// The first of these authorities that somebody signs for at a moment, one of them before all others.
    func signer(
        forOneOf authorities: [AuthorityID], first preferred: AuthorityID?, at now: Timestamp
    ) -> (AuthorityID, OCSPSigner)? {
        if let preferred, authorities.contains(preferred), let signer = signer(for: preferred, at: now) {
            return (preferred, signer)
        }
        for authority in authorities {
            if let signer = signer(for: authority, at: now) { return (authority, signer) }
        }
        return nil
    }

    /// The delegated signers, then the authority itself.
    ///
    /// A root signs certificates and CRLs only: strangers must not be able to put its key to work.
    private static func signers(for context: AuthorityContext, in registry: AuthorityRegistry) -> [OCSPSigner] {
        var signers = registry.identities(.ocspSigner, for: context.id).map { service in
            OCSPSigner(key: service.key, certificate: service.certificate, isDelegated: true)
        }
        if context.authority.kind == .issuing, context.canSign, let key = context.key {
            signers.append(OCSPSigner(key: key, certificate: context.certificate, isDelegated: false))
        }
        return signers
    }
}

/// A key that signs OCSP responses, with all that goes into a response about it.
struct OCSPSigner: Sendable {
    let key: any PrivateKey
    let algorithm: SignatureAlgorithm
    let responderID: ResponderID
    /// Sent along: the delegated signer's certificate, nothing for the authority itself.
    let certificates: [[UInt8]]
    let notBefore: Timestamp
    let notAfter: Timestamp

    init(key: any PrivateKey, certificate: CertificateView, isDelegated: Bool) {
        self.key = key
        algorithm = key.defaultSignatureAlgorithm
        responderID = ResponderID(keyOf: certificate.subjectPublicKeyInfo)
        certificates = isDelegated ? [certificate.encoded] : []
        notBefore = certificate.notBefore ?? Timestamp(seconds: 0)
        notAfter = certificate.notAfter ?? .noWellDefinedExpiration
    }
}
