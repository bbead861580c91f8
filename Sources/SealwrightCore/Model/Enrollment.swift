// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// What makes two messages the same request.
///
/// Several clients derive the transactionID from their key, so a renewal repeats it; the digest of the PKCS#10 and
/// the signer's certificate tell such a renewal from a retransmission.
package struct IdempotencyKey: Sendable, Hashable, Codable {
    package let endpoint: EndpointID
    /// The protocol's own word for the operation, for SCEP the messageType number.
    package let messageType: String
    package let transactionID: [UInt8]
    /// SHA-256 of the PKCS#10, or of the whole order where a caller named it himself.
    package let requestDigest: [UInt8]
    /// SHA-256 of the signer certificate when we issued it.
    package let signerDigest: [UInt8]?

    package init(
        endpoint: EndpointID, messageType: String, transactionID: [UInt8], requestDigest: [UInt8],
        signerDigest: [UInt8]?
    ) {
        self.endpoint = endpoint
        self.messageType = messageType
        self.transactionID = transactionID
        self.requestDigest = requestDigest
        self.signerDigest = signerDigest
    }

    /// The transactionID as clients show it to people; one that is no visible ASCII is `#` and hexadecimal.
    package var transactionText: String {
        let isText = transactionID.first != UInt8(ascii: "#") && transactionID.allSatisfy { (0x20...0x7E).contains($0) }
        return isText ? String(decoding: transactionID, as: UTF8.self) : "#" + Hex.encode(transactionID)
    }

    /// Whether the transactionID is a caller's own name for one order and no other, instead of a device's, which may
    /// stand for its key.
    package var isNamedByCaller: Bool { endpoint == .api }
}

/// One enrolment as the store keeps it: from the plan (or the wait for approval) to its end.
package struct Enrollment: Sendable, Hashable, Codable {
    /// How far an enrolment has come.
    package enum State: String, Sendable, Codable, CaseIterable {
        /// Waits for a person.
        case pending
        /// Approved, the device has not come back yet.
        case approved
        /// The plan is stored, the certificate is not yet.
        case issuing
        /// The certificate is stored.
        case issued
        /// Refused.
        case denied
        /// The plan could not be carried out.
        case failed
    }

    package let id: EnrollmentID
    package let key: IdempotencyKey
    package var state: State
    /// DER of the PKCS#10.
    package let certificationRequest: [UInt8]
    /// SHA-256 of the request's SubjectPublicKeyInfo: who may poll.
    package let keyDigest: [UInt8]
    /// SHA-256 of the key that signed the message, when it is another than the request's.
    package let signerKeyDigest: [UInt8]
    /// RFC 4514 text.
    package let subject: String
    package let profile: String
    /// `scep:default` and the like.
    package let via: String
    package let renewedFrom: CredentialID?
    package let device: DeviceID?
    /// The challenge it consumed, if any.
    package let challenge: ChallengeID?
    /// The staged successor the device asked, if it did: that authority is to issue, whenever a person approves.
    package let successor: AuthorityID?
    package let createdAt: Timestamp
    package var updatedAt: Timestamp
    /// What will be signed, once that is decided; a store may forget it when the certificate, which holds the same
    /// bytes, is stored.
    package var plan: PlannedCertificate?
    package var credential: CredentialID?
    /// Why a person approved or denied it, in their words; or why it failed, a ``DenialReason`` code.
    package var reason: String?
    /// Who approved or denied it.
    package var decidedBy: String?

    package init(
        id: EnrollmentID, key: IdempotencyKey, state: State, certificationRequest: [UInt8], keyDigest: [UInt8],
        signerKeyDigest: [UInt8], subject: String, profile: String, via: String, renewedFrom: CredentialID?,
        device: DeviceID?, challenge: ChallengeID? = nil, successor: AuthorityID? = nil, createdAt: Timestamp,
        updatedAt: Timestamp, plan: PlannedCertificate? = nil, credential: CredentialID? = nil, reason: String? = nil,
        decidedBy: String? = nil
    ) {
        self.id = id
        self.key = key
        self.state = state
        self.certificationRequest = certificationRequest
        self.keyDigest = keyDigest
        self.signerKeyDigest = signerKeyDigest
        self.subject = subject
        self.profile = profile
        self.via = via
        self.renewedFrom = renewedFrom
        self.device = device
        self.challenge = challenge
        self.successor = successor
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.plan = plan
        self.credential = credential
        self.reason = reason
        self.decidedBy = decidedBy
    }
}

/// The exact bytes that will be signed, and the key that will sign them.
package struct PlannedCertificate: Sendable, Hashable, Codable {
    package let authority: AuthorityID
    package let serial: SerialNumber
    /// TBSCertificate, DER.
    package let tbsCertificate: [UInt8]
    package let notBefore: Timestamp
    package let notAfter: Timestamp

    package init(
        authority: AuthorityID, serial: SerialNumber, tbsCertificate: [UInt8], notBefore: Timestamp, notAfter: Timestamp
    ) {
        self.authority = authority
        self.serial = serial
        self.tbsCertificate = tbsCertificate
        self.notBefore = notBefore
        self.notAfter = notAfter
    }
}
