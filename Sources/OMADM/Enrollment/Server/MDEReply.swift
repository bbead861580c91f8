// SPDX-License-Identifier: Apache-2.0

/// What an enrolment server answers over HTTP.
///
/// It is sent with a Content-Length, never in chunks: the enrolment client of Windows does not read those.
///
/// Source: MS-MDE2, section 2.1.
public struct MDEReply: Hashable, Sendable {
    /// The HTTP status.
    public let status: Int
    /// The Content-Type; `nil` for an empty body.
    public let mediaType: String?
    /// The body.
    public let body: [UInt8]
    /// What is refused; `nil` for a success.
    public let fault: MDEFault?
    /// Why, for log and audit; `nil` also when the caller refused.
    public let cause: MDEError?

    /// The answer to `GET` at the discovery service, by which a device finds out that there is one.
    public static let discoveryProbe = MDEReply(
        status: 200, mediaType: nil, body: [], fault: nil, cause: nil)
}
