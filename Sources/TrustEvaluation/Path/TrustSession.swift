// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// One query while it is being answered: its certificates with what was read of them, and the work spent.
///
/// It lives on one thread for the length of one call.
final class TrustSession {
    let query: TrustQuery
    let leaf: CertificateFacts
    let anchors: [AnchorFacts]
    let intermediates: [CertificateFacts]
    private(set) var work = ValidationWork()
    /// The first limit that was passed, as a sentence's subject.
    private(set) var exhausted: String?
    /// What became of the signatures on CRLs.
    private var listSignatures: [ListSignature: SignatureVerdict] = [:]
    /// Signers of CRLs and OCSP responses that were judged, and those being judged now.
    var signers = SignerJudgements()

    init(_ query: TrustQuery) {
        self.query = query
        self.leaf = CertificateFacts(query.leaf)
        self.anchors = query.anchors.map { AnchorFacts($0) }
        var seen: Set<CertificateOctets> = [CertificateOctets(query.leaf)]
        self.intermediates = query.intermediates.filter { seen.insert(CertificateOctets($0)).inserted }
            .map { CertificateFacts($0) }
    }

    /// Spends one step of the search; `false` when none is left.
    func takeStep() -> Bool {
        guard work.steps < query.budget.steps else { return exhaust("search steps, over \(query.budget.steps)") }
        work.steps += 1
        return true
    }

    /// Spends comparisons of names with subtrees; `false` when not enough are left.
    func compareNames(_ count: Int) -> Bool {
        let (sum, overflow) = work.nameComparisons.addingReportingOverflow(count)
        guard !overflow, sum <= query.budget.nameComparisons else {
            return exhaust("comparisons with name constraints, over \(query.budget.nameComparisons)")
        }
        work.nameComparisons = sum
        return true
    }

    /// Notes that a limit was passed.
    @discardableResult
    func exhaust(_ what: String) -> Bool {
        if exhausted == nil { exhausted = what }
        return false
    }

    /// Spends a signature of a CRL or an OCSP response; `false` when none is left.
    func takeSignature() -> Bool {
        guard work.signatures < query.budget.signatures else {
            return exhaust("signatures, over \(query.budget.signatures)")
        }
        work.signatures += 1
        return true
    }
}

// MARK: - Signatures

extension TrustSession {
    /// Whether a key signed a certificate; calculated once a query, or never when the query's cache remembers it.
    func signature(on facts: CertificateFacts, by key: SubjectPublicKeyInfo) -> SignatureVerdict {
        if let known = facts.verdict(of: key) { return known }
        let verdict = calculate(facts.certificate, key)
        if verdict != .notAffordable { facts.remember(verdict, of: key) }
        return verdict
    }

    private func calculate(_ certificate: CertificateView, _ key: SubjectPublicKeyInfo) -> SignatureVerdict {
        guard let algorithm = certificate.signatureAlgorithm.signatureAlgorithm, let publicKey = key.publicKey,
            isAffordable(publicKey)
        else { return .unsupported }
        guard key.allows(algorithm) else { return .invalid }
        guard let cache = query.signatures else { return verify(certificate, publicKey) }
        let cacheKey = SignatureCache.key(signed: certificate.encoded, by: key.encoded)
        if cache.contains(cacheKey) {
            work.rememberedSignatures += 1
            return .valid
        }
        let verdict = verify(certificate, publicKey)
        if verdict == .valid { cache.insert(cacheKey) }
        return verdict
    }

    private func verify(_ certificate: CertificateView, _ key: PublicKey) -> SignatureVerdict {
        guard takeSignature() else { return .notAffordable }
        return certificate.isSigned(by: key) ? .valid : .invalid
    }

    /// A larger key is refused by the rules anyway, and one verification with it costs milliseconds.
    func isAffordable(_ key: PublicKey) -> Bool {
        guard case .rsa(let key) = key else { return true }
        return key.bitCount <= query.rules.maximumRSABits
    }
}

// MARK: - Signatures of CRLs

extension TrustSession {
    /// Whether a key signed a CRL; calculated once for each list and key, or never when the query's cache remembers it.
    func signature(
        on candidate: RevocationList, by info: SubjectPublicKeyInfo, _ key: PublicKey
    ) -> SignatureVerdict {
        let place = ListSignature(list: candidate.identity, key: info)
        if let known = listSignatures[place] { return known }
        guard let algorithm = candidate.list.signatureAlgorithm.signatureAlgorithm, info.allows(algorithm) else {
            return .invalid
        }
        guard takeSignature() else { return .notAffordable }
        let verdict: SignatureVerdict = candidate.list.isSigned(by: key) ? .valid : .invalid
        listSignatures[place] = verdict
        return verdict
    }
}

/// One CRL and one key.
///
/// The CRL is told apart by the index made of it, since hashing a long one would cost more than verifying it. The query
/// holds every list for as long as the session lives, so no two of them can share an identity.
struct ListSignature: Hashable {
    let list: ObjectIdentifier
    let key: SubjectPublicKeyInfo

    func hash(into hasher: inout Hasher) { hasher.combine(list) }
}

/// A certificate's octets, told apart by their end: that is its signature, and hashing all of them would cost more than
/// reading the certificate did.
private struct CertificateOctets: Hashable {
    private let octets: [UInt8]

    init(_ certificate: CertificateView) { octets = certificate.encoded }

    func hash(into hasher: inout Hasher) {
        hasher.combine(octets.suffix(8).reduce(UInt64(octets.count)) { $0 << 8 ^ UInt64($1) })
    }
}
