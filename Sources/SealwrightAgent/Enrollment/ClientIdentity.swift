// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
public import PKIFormats

/// The certificate of the device with its key, as a connection shows it.
public struct ClientIdentity: Sendable {
    /// The certificates in the order they are sent, the device's own first.
    public let chain: [CertificateView]
    /// The key of the first.
    public let key: SoftwareKey

    /// Joins chain and key.
    public init(chain: [CertificateView], key: SoftwareKey) {
        self.chain = chain
        self.key = key
    }
}
