// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
public import PKIFormats

/// What a client asks for when it renews: a request, signed with the certificate it replaces.
///
/// Where the server does not advertise `Renewal` the same message goes out as PKCSReq, still signed with the old
/// certificate; macOS and Cisco always do it so.
///
/// Source: RFC 8894, section 3.3.1.
public struct RenewalReq: Sendable {
    /// What is asked for.
    ///
    /// Its key should be a new one.
    public var request: PKCSReq
    /// The certificate that is replaced.
    public var identity: ClientIdentity

    /// Makes a renewal.
    public init(request: PKCSReq, identity: ClientIdentity) {
        self.request = request
        self.identity = identity
    }
}

/// A certificate a client holds, and the name of its private key.
public struct ClientIdentity: Sendable {
    /// The certificate.
    public var certificate: CertificateView
    /// The name of its private key, which the caller holds.
    public var key: KeyID

    /// Joins the two.
    public init(certificate: CertificateView, key: KeyID) {
        self.certificate = certificate
        self.key = key
    }
}
