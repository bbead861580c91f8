// SPDX-License-Identifier: Apache-2.0

/// Whether a responder could answer at all.
///
/// On the wire: an ENUMERATED. Value 4 is not used.
///
/// Source: RFC 6960, section 4.2.1.
public enum OCSPResponseStatus: Int, CaseIterable, Sendable, Hashable {
    /// The response holds answers.
    case successful = 0
    /// The request does not follow the syntax.
    case malformedRequest = 1
    /// The responder is in an inconsistent state.
    case internalError = 2
    /// The responder cannot answer now.
    case tryLater = 3
    /// The request must be signed.
    case sigRequired = 5
    /// The responder does not answer this client or about this issuer.
    case unauthorized = 6

    /// The whole OCSPResponse that says only this status; meant for every status but ``successful``.
    public var errorResponse: [UInt8] {
        [0x30, 0x03, 0x0A, 0x01, UInt8(truncatingIfNeeded: rawValue)]
    }
}
