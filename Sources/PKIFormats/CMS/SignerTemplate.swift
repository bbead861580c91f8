// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider

/// All that is known of a signature before it is made.
///
/// Source: RFC 5652, section 5.3.
public struct SignerTemplate: Hashable, Sendable {
    /// How the signer's certificate is named.
    public var identifier: SignerIdentifier
    /// How the signature will be made.
    ///
    /// Its digest is the digest of the message too.
    public var signatureAlgorithm: SignatureAlgorithm
    /// Signed attributes besides `contentType` and `messageDigest`, which are always written.
    public var signedAttributes: [Attribute]
    /// Attributes the signature does not cover.
    public var unsignedAttributes: [Attribute]

    /// Names the signer in one of the two ways.
    public init(
        identifier: SignerIdentifier, signatureAlgorithm: SignatureAlgorithm, signedAttributes: [Attribute] = [],
        unsignedAttributes: [Attribute] = []
    ) {
        self.identifier = identifier
        self.signatureAlgorithm = signatureAlgorithm
        self.signedAttributes = signedAttributes
        self.unsignedAttributes = unsignedAttributes
    }

    /// Names the signer by issuer and serial number of the certificate, as SCEP demands.
    public init(
        certificate: CertificateView, signatureAlgorithm: SignatureAlgorithm, signedAttributes: [Attribute] = [],
        unsignedAttributes: [Attribute] = []
    ) {
        self.init(
            identifier: .issuerAndSerialNumber(IssuerAndSerialNumber(certificate)),
            signatureAlgorithm: signatureAlgorithm, signedAttributes: signedAttributes,
            unsignedAttributes: unsignedAttributes)
    }

    /// The digest of the message.
    ///
    /// Ed25519 goes with SHA-512.
    ///
    /// Source: RFC 8419, section 3.1.
    public var digest: DigestAlgorithm { signatureAlgorithm.digest ?? .sha512 }
}
