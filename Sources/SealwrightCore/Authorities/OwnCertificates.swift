// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// Issues the certificates of the server's own keys: authorities, RA, OCSP signer, TLS.
///
/// The same plan, lint and signer as for devices; only nobody asks for permission, and the certificate reaches the
/// store before anything uses it.
struct OwnCertificates: Sendable {
    let clock: any Clock
    /// `init`, `ca rotate`, `renewal` and so on, kept with the credential.
    let via: String

    /// Issues a certificate.
    ///
    /// - Parameters:
    ///   - profile: what the certificate is for.
    ///   - wish: name, key and alternative names.
    ///   - issuer: whose name goes into it.
    ///   - key: the issuer's key.
    /// - Returns: the credential, not stored yet.
    /// - Throws: ``AuthorityError/planRefused(_:)`` when the profile or the lint says no, ``AuthorityError/key(_:)``.
    func issue(
        _ profile: CertificateProfile, _ wish: RequestedCertificate, from issuer: PlanIssuer,
        signedWith key: any PrivateKey
    ) async throws(AuthorityError) -> Credential {
        let plan: LintedPlan
        do {
            let draft = try IssuancePlanner(profile: profile, issuer: issuer).plan(wish, now: clock.now)
            plan = try PreIssuanceLint.check(draft, profile: profile, issuer: issuer)
        } catch {
            throw .planRefused(error.sentence)
        }
        let certificate: [UInt8]
        do { certificate = try await PlanSigner.sign(plan, with: key) } catch { throw .planRefused("\(error)") }
        return credential(certificate, plan.plan, profile: profile.name)
    }

    private func credential(_ certificate: [UInt8], _ plan: IssuancePlan, profile: String) -> Credential {
        Credential(
            id: .new(milliseconds: clock.milliseconds), authority: plan.authority, serial: plan.serialNumber,
            certificate: certificate, subject: plan.subject.rfc4514, notBefore: plan.notBefore,
            notAfter: plan.notAfter, keyDigest: plan.subjectPublicKeyInfo.digest,
            fingerprint: DigestAlgorithm.sha256.hash(certificate), profile: profile, owner: .own, device: nil,
            issuedVia: via, enrollment: nil, challenge: nil, approver: nil, renewedFrom: nil, issuedAt: clock.now)
    }
}

extension PlanIssuer {
    /// An authority as issuer, its refusal told as ours.
    static func of(_ context: AuthorityContext, publication: Publication) throws(AuthorityError) -> PlanIssuer {
        do { return try PlanIssuer(context, publication: publication) } catch { throw .planRefused(error.sentence) }
    }
}

extension KeyID {
    /// A new name for a key of the server's own: what it is for, and random digits, so that a name left behind by an
    /// interrupted run is never met again.
    static func new(_ purpose: String) -> KeyID {
        KeyID(rawValue: "\(purpose)-" + Hex.encode(SecureRandom.bytes(4)))
    }
}
