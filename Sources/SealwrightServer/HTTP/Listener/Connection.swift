// SPDX-License-Identifier: Apache-2.0

import SealwrightNetwork

/// What is known about a connection, the same for all its requests.
struct Connection: Sendable {
    /// The peer's address, `local` for a socket of this machine.
    let address: String
    /// The TLS connection, `nil` for plain HTTP; its peer is known once the handshake is done.
    let tls: TLSConnection?
}
