// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The fields of one certificate, read once and never changed; ``CertificateView`` says what each means.
///
/// Source: RFC 5280, section 4.1.
final class CertificateFields: Sendable {
    let encoded: [UInt8]
    let tbsCertificate: ArraySlice<UInt8>
    let version: Int
    let serialNumber: SerialNumber
    let signatureAlgorithm: AlgorithmIdentifier
    let signedSignatureAlgorithm: AlgorithmIdentifier
    let issuer: DistinguishedName
    let notBefore: Timestamp?
    let notAfter: Timestamp?
    let subject: DistinguishedName
    let subjectPublicKeyInfo: SubjectPublicKeyInfo
    let extensions: [CertificateExtension]
    let signature: [UInt8]
    let faults: [CertificateFault]
    /// Guards the one change from nothing to what ``CertificateView/derived(_:)`` keeps.
    private let derivation = Mutex<(any AnyObject & Sendable)?>(nil)

    init(
        encoded: [UInt8], tbsCertificate: ArraySlice<UInt8>, version: Int, serialNumber: SerialNumber,
        signatureAlgorithm: AlgorithmIdentifier, signedSignatureAlgorithm: AlgorithmIdentifier,
        issuer: DistinguishedName, notBefore: Timestamp?, notAfter: Timestamp?, subject: DistinguishedName,
        subjectPublicKeyInfo: SubjectPublicKeyInfo, extensions: [CertificateExtension], signature: [UInt8],
        faults: [CertificateFault]
    ) {
        self.encoded = encoded
        self.tbsCertificate = tbsCertificate
        self.version = version
        self.serialNumber = serialNumber
        self.signatureAlgorithm = signatureAlgorithm
        self.signedSignatureAlgorithm = signedSignatureAlgorithm
        self.issuer = issuer
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.subject = subject
        self.subjectPublicKeyInfo = subjectPublicKeyInfo
        self.extensions = extensions
        self.signature = signature
        self.faults = faults
    }

    func derived<Value: AnyObject & Sendable>(_ make: () -> Value) -> Value {
        derivation.withLock { derivation in
            if let known = derivation as? Value { return known }
            let made = make()
            derivation = made
            return made
        }
    }
}
