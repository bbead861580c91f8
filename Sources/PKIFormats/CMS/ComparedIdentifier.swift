// SPDX-License-Identifier: Apache-2.0

/// What names a certificate in a message, for holding it against many certificates.
///
/// A stranger chooses both names, and the form in which names are compared costs with their length: it is made at most
/// once for the one that is looked for. For one thread.
package struct ComparedIdentifier {
    private let identifier: SignerIdentifier
    private let issuer: ComparedName?

    package init(_ identifier: SignerIdentifier) {
        self.identifier = identifier
        if case .issuerAndSerialNumber(let name) = identifier {
            issuer = ComparedName(name.issuer)
        } else {
            issuer = nil
        }
    }

    /// As ``SignerIdentifier/identifies(_:)``.
    package func identifies(_ certificate: CertificateView) -> Bool {
        guard case .issuerAndSerialNumber(let name) = identifier, let issuer else {
            return identifier.identifies(certificate)
        }
        return name.serialNumber == certificate.serialNumber
            && issuer.matchesIgnoringOrder(ComparedName(certificate.issuer))
    }
}
