// SPDX-License-Identifier: Apache-2.0

/// What a server says to a hello, gathered as its octets arrive.
protocol ReceivedFlight: Sendable {
    /// Whether nothing more can be learnt.
    var isComplete: Bool { get }

    /// Takes octets from the server.
    mutating func receive(_ octets: some Collection<UInt8>)
}
