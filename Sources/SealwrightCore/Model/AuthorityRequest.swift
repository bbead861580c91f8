// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider
package import PKIFormats

/// A request for the certificate of an issuing authority that another authority will sign: its key waits here.
package struct AuthorityRequest: Sendable, Hashable, Codable {
    /// The short name the authority will have.
    package let id: AuthorityID
    package let name: String
    package let keyID: KeyID
    /// PKCS#10, DER.
    package let certificationRequest: [UInt8]
    package let createdAt: Timestamp

    package init(
        id: AuthorityID, name: String, keyID: KeyID, certificationRequest: [UInt8], createdAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.keyID = keyID
        self.certificationRequest = certificationRequest
        self.createdAt = createdAt
    }
}
