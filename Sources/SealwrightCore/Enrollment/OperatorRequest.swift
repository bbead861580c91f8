// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
package import PKIFormats

/// A certificate that an operator orders for somebody's request, by API or command line.
package struct OperatorRequest: Sendable {
    package let certificationRequest: VerifiedRequest
    /// The name of the profile.
    package let profile: String
    package let authority: AuthorityID
    /// Takes the place of the request's subject.
    package let subject: DistinguishedName?
    /// Take the place of the request's alternative names.
    package let alternativeNames: [GeneralName]?
    package let validity: RequestedValidity?
    /// Who orders it: `operator:local`.
    package let `operator`: String
    /// The caller's own name for this order; the same name and request within a day give the same certificate.
    package let idempotencyKey: String?
    package let via: String
    package let peer: String?

    package init(
        certificationRequest: VerifiedRequest, profile: String, authority: AuthorityID,
        subject: DistinguishedName? = nil, alternativeNames: [GeneralName]? = nil,
        validity: RequestedValidity? = nil, operator: String, idempotencyKey: String? = nil, via: String = "api",
        peer: String? = nil
    ) {
        self.certificationRequest = certificationRequest
        self.profile = profile
        self.authority = authority
        self.subject = subject
        self.alternativeNames = alternativeNames
        self.validity = validity
        self.operator = `operator`
        self.idempotencyKey = idempotencyKey
        self.via = via
        self.peer = peer
    }

    func key(for enrollment: EnrollmentID) -> IdempotencyKey {
        IdempotencyKey(
            endpoint: .api, messageType: "issue", transactionID: Array((idempotencyKey ?? enrollment.rawValue).utf8),
            requestDigest: DigestAlgorithm.sha256.hash(certificationRequest.request.encoded), signerDigest: nil)
    }

    func requestedCertificate() throws(DenialReason) -> RequestedCertificate {
        var wish = try RequestedCertificate(certificationRequest.request)
        if let subject { wish.subject = subject }
        if let alternativeNames { wish.alternativeNames = alternativeNames }
        if let validity { wish.validity = validity }
        return wish
    }
}

extension EndpointID {
    /// Stands for the administration interface, where operators order certificates.
    package static let api = EndpointID(rawValue: "api")
}
