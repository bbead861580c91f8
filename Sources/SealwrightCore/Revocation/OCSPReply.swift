// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// An OCSP response and how long HTTP caches may keep it.
package struct OCSPReply: Sendable, Hashable {
    /// The whole OCSPResponse, DER.
    package let body: [UInt8]
    package let status: OCSPResponseStatus
    /// `nil` unless the status is successful.
    package let thisUpdate: Timestamp?
    package let nextUpdate: Timestamp?
    /// Seconds a cache may keep it; 0 forbids keeping it, as for an answer with a nonce and for errors.
    package let maxAge: Int

    /// A response that says only why there is no answer.
    static func failure(_ status: OCSPResponseStatus) -> OCSPReply {
        OCSPReply(body: status.errorResponse, status: status, thisUpdate: nil, nextUpdate: nil, maxAge: 0)
    }
}
