// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
package import PKIFormats

extension CertificateInstallation {
    /// The record of the next generation: ordered anew, while the device keeps what it has.
    ///
    /// `challenge` is the one made for it, `nil` where none is needed; `moment` is when it is ordered.
    package func nextGeneration(challenge: ChallengeID?, at moment: Timestamp) -> CertificateInstallation {
        let isHeld = stage == .installed
        var next = CertificateInstallation(
            id: id, device: device, scope: scope, kind: kind, uniqueID: uniqueID, specification: specification,
            subject: subject,
            challenge: challenge, orderedAt: moment)
        next.generation = generation + 1
        next.previousCredential = isHeld ? credential : previousCredential
        next.previousThumbprint = isHeld ? thumbprint : previousThumbprint
        return next
    }

    /// The record of this order as the next generation of one for the same name.
    ///
    /// What is ordered now holds for the generations to come too, not what was ordered first.
    package func replacing(_ known: CertificateInstallation) -> CertificateInstallation {
        var next = known.nextGeneration(challenge: challenge, at: orderedAt)
        next.specification = specification
        next.subject = subject
        return next
    }

    /// The record with the certificate that was issued for it, for a PFX before it is delivered.
    ///
    /// The first certificate of a generation stays: a later one was issued for something else.
    package func issued(_ certificate: Credential) -> CertificateInstallation {
        guard credential == nil else { return self }
        var next = self
        next.credential = certificate.id
        next.issuedAt = certificate.issuedAt
        next.issuedThumbprint = Hex.encode(DigestAlgorithm.sha1.hash(certificate.certificate))
        return next
    }
}
