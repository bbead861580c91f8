// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider
package import PKIFormats

/// A certification authority: a name, a certificate and the key that signs under it.
package struct Authority: Sendable, Hashable, Codable {
    /// Where an authority stands in a hierarchy.
    package enum Kind: String, Sendable, Codable, CaseIterable {
        /// Self-signed; signs issuing authorities and its own CRL only.
        case root
        /// Signs certificates of devices and services.
        case issuing
    }

    /// What an authority is used for now.
    package enum Status: String, Sendable, Codable, CaseIterable {
        /// Issues.
        case active
        /// Prepared as the successor; told by GetNextCACert, does not issue yet.
        case staged
        /// No longer issues; its CRL and OCSP go on.
        case retired
        /// Its key is not on this machine.
        case offline
    }

    package let id: AuthorityID
    package var name: String
    package let kind: Kind
    package var status: Status
    /// The authority's certificate, DER.
    package let certificate: [UInt8]
    package let keyID: KeyID
    /// Who signed the certificate; `nil` for a root.
    package let issuer: AuthorityID?
    package let createdAt: Timestamp

    package init(
        id: AuthorityID, name: String, kind: Kind, status: Status, certificate: [UInt8], keyID: KeyID,
        issuer: AuthorityID?, createdAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.status = status
        self.certificate = certificate
        self.keyID = keyID
        self.issuer = issuer
        self.createdAt = createdAt
    }
}

/// A key pair and certificate that the server itself uses.
package struct ServiceIdentity: Sendable, Hashable, Codable {
    /// What the server does with it.
    package enum Purpose: String, Sendable, Codable, CaseIterable {
        /// Decrypts SCEP requests and signs SCEP replies.
        case scepRA = "scep-ra"
        /// A second certificate for the SCEP RA's key, stating keyEncipherment alone: NDES has a pair, and some clients
        /// encrypt only to a certificate that says nothing else.
        case scepRAEncryption = "scep-ra-encryption"
        /// Signs OCSP responses.
        case ocspSigner = "ocsp-signer"
        /// The TLS server certificate.
        case tlsServer = "tls-server"
    }

    package let purpose: Purpose
    /// The authority it was issued by and works for.
    package let authority: AuthorityID
    /// DER.
    package let certificate: [UInt8]
    package let keyID: KeyID
    package let notBefore: Timestamp
    package let notAfter: Timestamp

    package init(
        purpose: Purpose, authority: AuthorityID, certificate: [UInt8], keyID: KeyID, notBefore: Timestamp,
        notAfter: Timestamp
    ) {
        self.purpose = purpose
        self.authority = authority
        self.certificate = certificate
        self.keyID = keyID
        self.notBefore = notBefore
        self.notAfter = notAfter
    }
}
