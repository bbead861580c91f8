// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SCEP
import SealwrightCore

/// GetCert and GetCRL: giving out what exists already.
///
/// Source: RFC 8894, sections 4.5 and 4.6.
struct SCEPRetrieval {
    /// Octets of a CRL that anybody may fetch over SCEP.
    ///
    /// A CRL is public, but encrypting a large one for strangers
    /// would let them spend our processor; above this the signer must hold a certificate of ours.
    fileprivate static let openCRLOctets = 256 << 10

    let endpoint: SCEPEndpoint

    /// The answer to a request that names issuer and serial number.
    func answer(_ request: Request, _ wanted: IssuerAndSerialNumber) async -> SCEPEndpoint.Answer {
        guard let authority = authority(named: wanted.issuer) else { return .reply(.failure(.unknownIssuer)) }
        do {
            return request.messageType == .getCRL
                ? try await crl(of: authority, for: request)
                : try await certificate(wanted.serialNumber, of: authority, for: request)
        } catch {
            return .unavailable(code: error.code)
        }
    }

    /// A device gets its own certificates: those of its key, or of the device its signing certificate belongs to.
    private func certificate(
        _ serial: SerialNumber, of authority: AuthorityContext, for request: Request
    ) async throws(StoreError) -> SCEPEndpoint.Answer {
        guard
            let wanted = try await endpoint.services.store.credential(
                authority: authority.authority.id, serial: serial)
        else { return .reply(.failure(.unknownCertificate)) }
        if wanted.keyDigest != request.signer.subjectPublicKeyInfo.digest {
            guard let holder = try await holder(of: request.signer), let device = wanted.device,
                holder.device == device
            else { return .reply(.failure(.unknownCertificate)) }
        }
        return .reply(.success(certificate: wanted.certificate, chain: []))
    }

    private func crl(
        of authority: AuthorityContext, for request: Request
    ) async throws(StoreError) -> SCEPEndpoint.Answer {
        guard let current = endpoint.services.crls.current(authority.authority.id, kind: .full) else {
            return .unavailable(code: "crl.unavailable")
        }
        if current.der.count > Self.openCRLOctets {
            guard try await holder(of: request.signer) != nil else { return .reply(.failure(.notEnrolled)) }
        }
        return .reply(.crl(current.der))
    }

    /// The valid credential behind a signer certificate, if we issued it.
    private func holder(of signer: CertificateView) async throws(StoreError) -> Credential? {
        guard let authority = endpoint.services.registry.authority(issuing: signer),
            let credential = try await endpoint.services.store.credential(
                authority: authority.authority.id, serial: signer.serialNumber),
            credential.certificate == signer.encoded
        else { return nil }
        switch credential.status(at: endpoint.services.clock.now) {
        case .valid, .superseded: return credential
        case .onHold, .revoked, .expired: return nil
        }
    }

    private func authority(named issuer: DistinguishedName) -> AuthorityContext? {
        let issuer = ComparedName(issuer)
        return endpoint.services.registry.all.first {
            ComparedName($0.certificate.subject).matchesIgnoringOrder(issuer)
        }
    }
}

extension Refusal {
    /// The issuer named in GetCert or GetCRL is none of ours.
    fileprivate static let unknownIssuer = Refusal(
        failInfo: .badCertId, text: "no such issuer", code: "scep.unknown-issuer", detail: "no authority has this name")
    /// The certificate does not exist, or belongs to somebody else; which of both is not told.
    fileprivate static let unknownCertificate = Refusal(
        failInfo: .badCertId, text: "no such certificate", code: "scep.unknown-certificate",
        detail: "no certificate of the signer's has this serial number")
    /// A large CRL was asked for by a stranger.
    static let notEnrolled = Refusal(
        failInfo: .badRequest, text: "sign with a certificate of this CA", code: "scep.not-enrolled",
        detail: "a CRL of this size is only given to holders of a certificate")
}
