// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// What a certificate is asked to say, wherever the wish comes from: a request, an operator, the ceremony.
package struct RequestedCertificate: Sendable, Hashable {
    package var subject: DistinguishedName
    package var subjectPublicKeyInfo: SubjectPublicKeyInfo
    package var alternativeNames: [GeneralName]
    package var keyUsage: KeyUsage?
    package var extendedKeyUsage: [OID]
    /// The life asked for, from the moment of issuance.
    package var validity: RequestedValidity?
    /// The request's other extensions, of which a profile may copy some.
    package var otherExtensions: [CertificateExtension]

    package init(
        subject: DistinguishedName, subjectPublicKeyInfo: SubjectPublicKeyInfo, alternativeNames: [GeneralName] = [],
        keyUsage: KeyUsage? = nil, extendedKeyUsage: [OID] = [], validity: RequestedValidity? = nil
    ) {
        self.subject = subject
        self.subjectPublicKeyInfo = subjectPublicKeyInfo
        self.alternativeNames = alternativeNames
        self.keyUsage = keyUsage
        self.extendedKeyUsage = extendedKeyUsage
        self.validity = validity
        self.otherExtensions = []
    }

    /// Reads the wishes of a PKCS#10.
    ///
    /// - Throws: ``DenialReason/requestMalformed(_:)`` when an extension that matters cannot be read.
    package init(_ request: CertificationRequest) throws(DenialReason) {
        self.init(subject: request.subject, subjectPublicKeyInfo: request.subjectPublicKeyInfo)
        for value in request.requestedExtensions {
            do {
                try take(value)
            } catch {
                throw .requestMalformed("extension \(value.oid.nameOrDotted): \(error)")
            }
        }
        self.validity = request.requestedValidity
    }

    private mutating func take(_ value: CertificateExtension) throws(FormatError) {
        switch value.oid {
        case .subjectAltName: alternativeNames += try SubjectAlternativeName(parsing: value.value).names
        case .keyUsage: keyUsage = try KeyUsage(parsing: value.value)
        case .extendedKeyUsage: extendedKeyUsage += try ExtendedKeyUsage(parsing: value.value).purposes
        default: otherExtensions.append(value)
        }
    }
}
