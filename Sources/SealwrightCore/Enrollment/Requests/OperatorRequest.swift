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
    /// The key that the client gave this order, if it gave one.
    package let idempotencyKey: ClientIdempotencyKey?
    package let via: String
    package let peer: String?

    /// A client's own name for an order, which for a day is no other order's: the same order under it gives the same
    /// certificate, and another one is refused.
    ///
    /// Source: draft-ietf-httpapi-idempotency-key-header, sections 2.3 and 2.4.
    package struct ClientIdempotencyKey: Sendable {
        package let text: String
        /// SHA-256 of all that was ordered, as it was written: what the server adds by itself may change meanwhile.
        package let fingerprint: [UInt8]

        package init(text: String, fingerprint: [UInt8]) {
            self.text = text
            self.fingerprint = fingerprint
        }
    }

    package init(
        certificationRequest: VerifiedRequest, profile: String, authority: AuthorityID,
        subject: DistinguishedName? = nil, alternativeNames: [GeneralName]? = nil,
        validity: RequestedValidity? = nil, operator: String, idempotencyKey: ClientIdempotencyKey? = nil,
        via: String = "api", peer: String? = nil
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
            endpoint: .api, messageType: "issue",
            transactionID: Array((idempotencyKey?.text ?? enrollment.rawValue).utf8),
            requestDigest: idempotencyKey?.fingerprint
                ?? DigestAlgorithm.sha256.hash(certificationRequest.request.encoded),
            signerDigest: nil)
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
