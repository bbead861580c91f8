// SPDX-License-Identifier: Apache-2.0

/// The media types of SCEP's answers.
///
/// Clients compare them exactly; certmonger refuses any other.
///
/// Source: RFC 8894, sections 3.5, 4.1 to 4.7.
public enum MediaType {
    /// A CertRep, and the body of a request sent by POST.
    public static let pkiMessage = "application/x-pki-message"
    /// GetCACert with one certificate.
    public static let caCertificate = "application/x-x509-ca-cert"
    /// GetCACert with several certificates.
    public static let caAndRACertificates = "application/x-x509-ca-ra-cert"
    /// GetNextCACert.
    public static let nextCACertificate = "application/x-x509-next-ca-cert"
    /// GetCACaps.
    public static let capabilities = "text/plain"
}

/// The body of an answer and what it is.
public struct HTTPBody: Hashable, Sendable {
    /// One of ``MediaType``.
    public let mediaType: String
    /// The body.
    public let octets: [UInt8]

    /// Joins a body and its media type.
    public init(mediaType: String, octets: [UInt8]) {
        self.mediaType = mediaType
        self.octets = octets
    }
}
