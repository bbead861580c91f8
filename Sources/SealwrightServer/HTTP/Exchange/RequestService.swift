// SPDX-License-Identifier: Apache-2.0

import HummingbirdCore

/// What answers the requests of a listener.
struct RequestService: Sendable {
    /// Octets of the largest body any route takes.
    let bodyLimit: Int
    /// Whether requests are short enough to be answered where their octets arrive.
    let staysOnEventLoop: Bool
    /// Answers one request of a connection; every failure is an answer too.
    let responder: @Sendable (Request, Connection) async -> Response
}
