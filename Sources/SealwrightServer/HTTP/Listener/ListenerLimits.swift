// SPDX-License-Identifier: Apache-2.0

/// Bounds on what one connection may take of the server.
///
/// The numbers keep slow and greedy clients from holding a connection or memory; real clients stay far below.
package struct ListenerLimits: Sendable, Hashable {
    /// Seconds from the connection until the first request's header is complete, TLS handshake included.
    package var headerSeconds: Int64 = 10
    /// Seconds from the end of the header until the body is complete.
    package var bodySeconds: Int64 = 30
    /// Seconds a body may begin slowly, and then the stretches over which its rate is taken.
    package var bodyGraceSeconds: Int64 = 5
    /// Octets a second a body must come at, once it had its grace.
    package var bodyOctetsPerSecond: Int64 = 1_024
    /// Seconds from the end of an answer until the next request's header is complete.
    package var idleSeconds: Int64 = 60
    /// Seconds for an answer to begin, and for each part of it to be taken.
    package var answerSeconds: Int64 = 120
    /// Seconds a closed connection still listens, so that the peer can read the answer.
    package var lingerSeconds: Int64 = 2
    /// Requests on one connection.
    package var requestsPerConnection = 1_000
    /// Connections to one listener.
    package var connections = 10_000
    /// Connections from one address; loopback is exempt, where proxies and tests live.
    package var connectionsPerAddress = 200
    /// Octets of a request target that carries a message.
    ///
    /// A PKCSReq of an RSA-4096 key is 8 KiB when escaped.
    package var messageTargetOctets = 32 << 10
    /// Octets of any other request target.
    package var targetOctets = 8 << 10
    /// Octets of all header fields together.
    package var headerOctets = 16 << 10
    /// Octets beyond which a body is a large one.
    package var largeBodyOctets = 1 << 20
    /// Large bodies that are received or answered at a time.
    ///
    /// Each is kept until it is complete, and who sends it is asked after that. Devices and administrators send one now
    /// and then; a stranger who keeps all places keeps nothing else from being answered.
    package var largeBodies = 16
    /// Number of header fields.
    package var headerFields = 100

    package init() {}
}
