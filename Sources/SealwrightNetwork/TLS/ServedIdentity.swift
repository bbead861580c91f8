// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider
package import PKIFormats

/// A certificate chain and the key of its first certificate: what one end of TLS shows for itself.
package struct ServedIdentity: Sendable {
    /// The certificates in the order they are sent, the own one first; the root is best left out.
    package let chain: [CertificateView]
    /// The private key, wherever it lives.
    package let key: any PrivateKey

    /// The own certificate.
    package let certificate: CertificateView

    /// Joins chain and key.
    ///
    /// - Throws: ``NetworkError/unusableCredential(_:)`` when there is no certificate or the key is another's.
    package init(chain: [CertificateView], key: any PrivateKey) throws(NetworkError) {
        guard let own = chain.first else { throw .unusableCredential("there is no certificate") }
        guard own.publicKey == key.publicKey else {
            throw .unusableCredential("the private key does not belong to the certificate \(own.subject)")
        }
        self.chain = chain
        self.key = key
        self.certificate = own
    }

    /// Joins a chain of DER certificates and a key.
    ///
    /// - Throws: ``NetworkError/unusableCredential(_:)``.
    package init(chain: [[UInt8]], key: any PrivateKey) throws(NetworkError) {
        do {
            try self.init(chain: chain.map { try CertificateView(parsing: $0) }, key: key)
        } catch let error as NetworkError {
            throw error
        } catch {
            throw .unusableCredential("a certificate cannot be read: \(error)")
        }
    }
}
