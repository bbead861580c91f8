// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Dispatch
import PKIFormats

/// Makes one signed CRL from its lines.
///
/// Source: RFC 5280, section 5.
struct CRLBuilder: Sendable {
    let authority: AuthorityContext
    let key: any PrivateKey
    let number: Int64
    let thisUpdate: Timestamp
    let generation: Int64
    /// Where deltas to the full CRL are; `nil` when there are none.
    ///
    /// A part has none: a delta continues only a CRL of its own scope.
    ///
    /// Source: RFC 5280, section 5.2.6.
    let deltaURL: String?

    /// What one CRL covers.
    struct Scope: Sendable {
        var kind = PublishedCRL.Kind.full
        var nextUpdate: Timestamp
        /// The number of the full CRL a delta continues.
        var base: Int64?
        /// The URL of a part, as it stands in the certificates it covers.
        var partURL: String?
    }

    /// Encodes, signs, checks the signature and hashes.
    ///
    /// - Throws: ``AuthorityError/key(_:)`` or ``AuthorityError/signatureInvalid(_:)``.
    func build(_ scope: Scope, _ entries: [RevokedEntry]) async throws(AuthorityError) -> ServedCRL {
        let algorithm = key.defaultSignatureAlgorithm
        let tbs = await Self.aside { tbsCertList(scope, entries, algorithm: algorithm).derBytes }
        let signature: [UInt8]
        do { signature = try await key.sign(tbs, algorithm: algorithm) } catch { throw .key(error) }
        let publicKey = key.publicKey
        let served: ServedCRL? = await Self.aside {
            guard publicKey.isValidSignature(signature, of: tbs, algorithm: algorithm) else { return nil }
            let der = TBSCertList.certificateList(tbs: tbs, signature: signature, algorithm: algorithm)
            return ServedCRL(
                crl: published(scope, der), digest: DigestAlgorithm.sha256.hash(der),
                pointsToDelta: freshestCRL(scope) != nil)
        }
        guard let served else { throw .signatureInvalid(authority.id) }
        return served
    }

    private func published(_ scope: Scope, _ der: [UInt8]) -> PublishedCRL {
        PublishedCRL(
            authority: authority.id, kind: scope.kind, number: number, thisUpdate: thisUpdate,
            nextUpdate: scope.nextUpdate, generation: generation, der: der)
    }

    private func tbsCertList(
        _ scope: Scope, _ entries: [RevokedEntry], algorithm: SignatureAlgorithm
    ) -> TBSCertList {
        TBSCertList(
            signature: algorithm, issuer: authority.certificate.subject, thisUpdate: thisUpdate,
            nextUpdate: scope.nextUpdate,
            revokedCertificates: RevokedCertificateList(entries.lazy.map(RevokedCertificate.init)),
            crlNumber: CRLNumber(number),
            authorityKeyIdentifier: AuthorityKeyIdentifier(keyIdentifier: authority.certificate.keyIdentifier),
            baseCRLNumber: scope.base.map { CRLNumber($0) },
            issuingDistributionPoint: scope.partURL.map { IssuingDistributionPoint(uri: $0) },
            freshestCRL: freshestCRL(scope))
    }

    private func freshestCRL(_ scope: Scope) -> FreshestCRL? {
        scope.kind == .full && scope.partURL == nil ? deltaURL.map { FreshestCRL(uris: [$0]) } : nil
    }

    /// Runs work that may take a second (a million lines) on a thread of its own, away from the threads that answer
    /// requests.
    private static func aside<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            DispatchQueue.global(qos: .utility).async { continuation.resume(returning: work()) }
        }
    }
}

extension RevokedCertificate {
    /// The CRL line of a revoked certificate.
    init(_ entry: RevokedEntry) {
        self.init(
            serialNumber: entry.serial, revocationDate: entry.revocation.at, reason: entry.revocation.reason,
            invalidityDate: entry.revocation.invalidityDate)
    }
}
