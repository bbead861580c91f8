// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Who signed: a trust anchor or an authority of the path.
struct IssuerKey {
    let subject: DistinguishedName
    let subjectPublicKeyInfo: SubjectPublicKeyInfo
    /// `nil` for an anchor that is a bare name and key.
    let facts: CertificateFacts?

    init(_ facts: CertificateFacts) {
        self.subject = facts.subject
        self.subjectPublicKeyInfo = facts.subjectPublicKeyInfo
        self.facts = facts
    }

    init(_ anchor: AnchorFacts) {
        self.subject = anchor.anchor.subject
        self.subjectPublicKeyInfo = anchor.anchor.subjectPublicKeyInfo
        self.facts = anchor.facts
    }
}

/// A trust anchor with its certificate's facts.
final class AnchorFacts {
    let anchor: TrustAnchor
    let facts: CertificateFacts?
    private(set) lazy var comparedSubject = facts?.comparedSubject ?? ComparedName(anchor.subject)

    init(_ anchor: TrustAnchor) {
        self.anchor = anchor
        self.facts = anchor.certificate.map { CertificateFacts($0) }
    }
}
