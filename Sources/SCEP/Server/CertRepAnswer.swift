// SPDX-License-Identifier: Apache-2.0

/// How a request ended: what a CertRep is made of.
///
/// Source: RFC 8894, section 3.3.2.
public enum CertRepAnswer: Sendable {
    /// The certificate, DER. The chain, issuing authority first, is sent only by endpoints whose settings say so.
    case success(certificate: [UInt8], chain: [[UInt8]])
    /// The CRL a GetCRL asked for, DER.
    case crl([UInt8])
    /// The request waits for approval.
    case pending
    /// The request is refused.
    case failure(Refusal)

    /// The word for it.
    public var pkiStatus: PKIStatus {
        switch self {
        case .success, .crl: .success
        case .pending: .pending
        case .failure: .failure
        }
    }
}
