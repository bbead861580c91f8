// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import SCEP
import SealwrightCore
import SealwrightEndpoints

/// What a webhook is told after a SCEP request has ended: step-ca's body of a notifying webhook.
///
/// It has the name of the endpoint too, as the question has. The challenge is nowhere in it.
///
/// Source: smallstep/certificates, `webhook/types.go` and `authority/provisioner/scep.go`.
struct WebhookNotice: Encodable {
    /// The certificate, with what step-ca tells of one beside its DER.
    struct Certificate: Encodable {
        /// DER of the SubjectPublicKeyInfo.
        let publicKey: Data
        let publicKeyAlgorithm: String
        let notBefore: String
        let notAfter: String
        /// DER of the certificate.
        let raw: Data
    }

    let timestamp: String
    let provisionerName: String
    /// `nil` only when the PKCS#10, which was read once, cannot be read any more.
    let x509CertificateRequest: WebhookQuestion.Request?
    /// Stands for success.
    private(set) var x509Certificate: Certificate?
    let scepTransactionID: String
    /// The number of the failInfo, in a refusal; 0 is badAlg.
    private(set) var scepErrorCode: Int?
    /// The sentence that the device is told.
    private(set) var scepErrorDescription: String?

    init(_ ending: EnrollmentEnding) {
        timestamp = ending.at.iso8601
        provisionerName = ending.key.endpoint.rawValue
        x509CertificateRequest = (try? CertificationRequest(parsing: ending.certificationRequest)).map {
            WebhookQuestion.Request($0, hidesChallenge: true)
        }
        scepTransactionID = String(decoding: ending.key.transactionID, as: UTF8.self)
        switch ending.result {
        case .issued(let credential):
            x509Certificate = (try? CertificateView(parsing: credential.certificate)).map(Certificate.init)
        case .refused(let reason):
            scepErrorCode = Int(FailInfo(telling: reason).rawValue)
            scepErrorDescription = reason.sentence
        }
    }
}

extension WebhookNotice.Certificate {
    init(_ certificate: CertificateView) {
        publicKey = Data(certificate.subjectPublicKeyInfo.encoded)
        publicKeyAlgorithm = certificate.subjectPublicKeyInfo.nameInGo
        notBefore = certificate.notBefore?.iso8601 ?? ""
        notAfter = certificate.notAfter?.iso8601 ?? ""
        raw = Data(certificate.encoded)
    }
}
