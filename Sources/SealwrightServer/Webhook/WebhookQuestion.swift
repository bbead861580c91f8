// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import SealwrightCore

/// What a webhook is asked: the body step-ca sends for a SCEP challenge, so that existing webhooks read it.
///
/// Source: smallstep/certificates, `webhook/types.go`; smallstep/crypto, `x509util/certificate_request.go`, `name.go`.
struct WebhookQuestion: Encodable {
    /// The PKCS#10, taken apart as far as webhooks look at it.
    struct Request: Encodable {
        let version: Int
        let subject: Subject
        /// DER.
        let rawSubject: Data
        let dnsNames: [String]
        let emailAddresses: [String]
        let ipAddresses: [String]
        let uris: [String]
        /// DER of the SubjectPublicKeyInfo.
        let publicKey: Data
        /// `RSA`, `ECDSA` or `Ed25519`, Go's words.
        let publicKeyAlgorithm: String
        /// DER of the PKCS#10; absent where a challenge stands in it that the receiver is not asked about.
        let raw: Data?
    }

    /// A name by Go's words for its attributes; absent are those it has not.
    struct Subject: Encodable {
        let country: [String]?
        let organization: [String]?
        let organizationalUnit: [String]?
        let locality: [String]?
        let province: [String]?
        let serialNumber: String?
        let commonName: String?
    }

    let timestamp: String
    let provisionerName: String
    let x509CertificateRequest: Request
    let scepChallenge: String
    let scepTransactionID: String

    init(_ request: EnrollmentRequest) {
        timestamp = request.receivedAt.iso8601
        provisionerName = request.key.endpoint.rawValue
        x509CertificateRequest = Request(request.certificationRequest.request, hidesChallenge: false)
        scepChallenge = request.challenge?.reveal() ?? ""
        scepTransactionID = String(decoding: request.key.transactionID, as: UTF8.self)
    }
}

extension WebhookQuestion.Request {
    init(_ request: CertificationRequest, hidesChallenge: Bool) {
        let names = request.requestedExtension(SubjectAlternativeName.self)?.names ?? []
        version = 0
        subject = WebhookQuestion.Subject(request.subject)
        rawSubject = Data(request.subject.derBytes)
        dnsNames = names.compactMap { name in if case .dnsName(let text) = name { text } else { nil } }
        emailAddresses = names.compactMap { name in if case .rfc822Name(let text) = name { text } else { nil } }
        ipAddresses = names.compactMap { name in
            if case .ipAddress(let octets) = name { IPAddressText.format(octets) } else { nil }
        }
        uris = names.compactMap { name in if case .uri(let text) = name { text } else { nil } }
        publicKey = Data(request.subjectPublicKeyInfo.encoded)
        publicKeyAlgorithm = request.subjectPublicKeyInfo.nameInGo
        let isHidden = hidesChallenge && request.attributes.contains { $0.type == .challengePassword }
        raw = isHidden ? nil : Data(request.encoded)
    }
}

extension SubjectPublicKeyInfo {
    /// Go's word for the type of the key.
    var nameInGo: String {
        switch publicKey {
        case .rsa?: "RSA"
        case .ec?: "ECDSA"
        case .ed25519?: "Ed25519"
        case nil: "0"
        }
    }
}

extension WebhookQuestion.Subject {
    init(_ name: DistinguishedName) {
        func texts(_ type: OID) -> [String]? {
            let found = name.attributes.filter { $0.type == type }.compactMap(\.text)
            return found.isEmpty ? nil : found
        }
        country = texts(.countryName)
        organization = texts(.organizationName)
        organizationalUnit = texts(.organizationalUnitName)
        locality = texts(.localityName)
        province = texts(.stateOrProvinceName)
        serialNumber = texts(.serialNumber)?.last
        commonName = texts(.commonName)?.last
    }
}
