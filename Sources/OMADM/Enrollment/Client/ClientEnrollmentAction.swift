// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
public import PKIFormats

/// What the caller of a ``ClientEnrollment`` does next.
public enum ClientEnrollmentAction: Sendable {
    /// Get this address, then call ``ClientEnrollment/responded(status:body:)``.
    ///
    /// A redirect is followed only when the user allows it.
    case get(ServiceURL)
    /// Post this, then call ``ClientEnrollment/responded(status:body:)``.
    case post(ClientEnrollmentMessage)
    /// Let the user sign in at this address, then call ``ClientEnrollment/signedIn(_:)`` with `wresult` of the form
    /// that the page posts to the address of `appru`.
    case signIn(address: String)
    /// Sign, then call ``ClientEnrollment/signed(_:)``.
    case sign(MDESigningTask)
    /// Done.
    case finished(ClientEnrollmentOutcome)
    /// Over; ``MDEError/isRetryable`` tells whether starting again can help.
    case failed(MDEError)
}

/// A message a client sends.
public struct ClientEnrollmentMessage: Hashable, Sendable {
    /// The service it is for.
    public let service: MDEService
    /// Where it goes.
    public let url: ServiceURL
    /// The Content-Type.
    public let mediaType: String
    /// The body.
    public let body: [UInt8]
    /// Whether the connection must show the certificate that is renewed.
    public let needsClientCertificate: Bool
}

/// A signature a client makes.
public struct MDESigningTask: Hashable, Sendable {
    /// Whose.
    public enum Key: Sendable {
        /// The key that is to be certified.
        case new
        /// The key of the certificate that is replaced.
        case current
    }

    /// Whose.
    public let key: Key
    /// What is signed.
    public let bytes: [UInt8]
    /// How.
    public let algorithm: SignatureAlgorithm
}

/// What a client came for.
public struct ClientEnrollmentOutcome: Hashable, Sendable {
    /// Everything the server wants the device to have.
    public let document: ProvisioningDocument
    /// The certificate for the key of the request.
    public let certificate: CertificateView
    /// The store it belongs into.
    public let store: ProvisionedCertificate.Store
}
