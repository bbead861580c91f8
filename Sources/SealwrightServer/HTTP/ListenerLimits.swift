// SPDX-License-Identifier: Apache-2.0

/// Bounds on what one connection may take of the server.
///
/// The numbers keep slow and greedy clients from holding a connection or memory; real clients stay far below.
package struct ListenerLimits: Sendable, Hashable {
    /// Seconds from the connection (or the end of the last answer) until the next request's header is complete.
    package var headerSeconds: Int64 = 10
    /// Seconds from the end of the header until the body is complete.
    package var bodySeconds: Int64 = 30
    /// Seconds a connection may stay silent between requests.
    package var idleSeconds: Int64 = 60
    /// Seconds for the TLS handshake.
    package var handshakeSeconds: Int64 = 10
    /// Requests on one connection.
    package var requestsPerConnection = 1_000
    /// Connections to one listener.
    package var connections = 10_000
    /// Connections from one address; loopback is exempt, where proxies and tests live.
    package var connectionsPerAddress = 200
    /// Octets of the request line. A PKCSReq of an RSA-4096 key is 8 KiB when escaped; 32 KiB leaves room.
    package var requestLineOctets = 32 << 10
    /// Octets of all header fields together.
    package var headerOctets = 16 << 10
    /// Number of header fields.
    package var headerFields = 100

    package init() {}
}
