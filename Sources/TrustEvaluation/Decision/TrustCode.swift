// SPDX-License-Identifier: Apache-2.0

/// What can be wrong with a certificate or its path.
///
/// The raw value is the stable code of log, audit, API and command line; the catalogue of errors explains each.
public enum TrustCode: String, Sendable, Hashable, CaseIterable {
    /// The moment lies after notAfter.
    case expired = "trust.expired"
    /// The moment lies before notBefore.
    case notYetValid = "trust.not-yet-valid"
    /// No path leads to a trust anchor.
    case issuerUnknown = "trust.issuer-unknown"
    /// The certificate signed itself and is no trust anchor.
    case selfSigned = "trust.self-signed"
    /// A signature does not verify.
    case signatureInvalid = "trust.signature-invalid"
    /// The name asked for is not among the names of the certificate.
    case nameMismatch = "trust.name-mismatch"
    /// The extended key usage does not permit the purpose.
    case purposeMissing = "trust.purpose-missing"
    /// A certificate of the path is revoked.
    case revoked = "trust.revoked"
}
