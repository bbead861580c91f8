// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// A message of a device, as the transport brings it.
package struct OMADMRequest: Sendable {
    /// The body as received: a signature covers these octets.
    package let body: [UInt8]
    /// The Content-Type, `nil` where there is none.
    package let mediaType: String?
    /// The query of the address, without the question mark: it may hold the session's ticket.
    package let query: String
    /// The client certificate of the connection, where one was shown.
    package let clientCertificate: CertificateView?
    /// The value of the `MDM-Signature` header.
    package let signature: String?

    package init(
        body: [UInt8], mediaType: String?, query: String = "", clientCertificate: CertificateView?,
        signature: String? = nil
    ) {
        self.body = body
        self.mediaType = mediaType
        self.query = query
        self.clientCertificate = clientCertificate
        self.signature = signature
    }
}
