// SPDX-License-Identifier: Apache-2.0

import PKIFormats

extension TrustSession {
    /// Judgements of signers within judgements of signers.
    ///
    /// The signer of a CRL may need a CRL of another signer; the standard's own examples need two.
    private static let deepestLevel = 3

    /// Whether a signer of revocation information has an acceptable path to the trust anchor of the path in question.
    ///
    /// Source: RFC 5280, section 6.3.3 (f).
    func isAcceptable(_ signer: CertificateFacts, for purpose: TrustPurpose, below path: RevocationPath) -> Bool {
        if let top = path.anchor.facts, top.certificate == signer.certificate { return true }
        let key = ObjectIdentifier(signer)
        if let known = signers.known[key] { return known }
        guard path.level < Self.deepestLevel, exhausted == nil, !signers.open.contains(key) else { return false }
        let request = PathRequest(purpose: purpose, anchor: path.anchor, level: path.level + 1)
        var search = PathSearch(self, from: signer, for: request)
        let isAcceptable = search.run().isAcceptable
        // A judgement cut short by a loop above it holds only here.
        if signers.open.isEmpty || isAcceptable { signers.known[key] = isAcceptable }
        return isAcceptable
    }
}
