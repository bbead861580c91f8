// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider
import PKIFormats

/// Signs plans.
///
/// This is the only place where a certificate gets its signature.
package enum PlanSigner {
    /// Signs the planned octets, checks the signature with the public key, and puts both together.
    ///
    /// The check finds a broken token, a flipped bit in memory or a wrong key before anybody gets the certificate; a
    /// faulty RSA signature would also give the private key away.
    ///
    /// - Returns: the certificate, DER.
    /// - Throws: ``Unavailability``; nothing was handed out then.
    package static func sign(_ linted: LintedPlan, with key: any PrivateKey) async throws(Unavailability) -> [UInt8] {
        let (tbsCertificate, algorithm) = (linted.plan.tbsCertificate, linted.plan.signatureAlgorithm)
        let signature: [UInt8]
        do {
            signature = try await key.sign(tbsCertificate, algorithm: algorithm)
        } catch {
            throw Unavailability(error)
        }
        guard key.publicKey.isValidSignature(signature, of: tbsCertificate, algorithm: algorithm) else {
            throw .signatureWrong
        }
        return TBSCertificate.certificate(tbs: tbsCertificate, signature: signature, algorithm: algorithm)
    }
}
