// SPDX-License-Identifier: Apache-2.0

/// What a server chose.
///
/// Source: RFC 8446, section 4.1.3; RFC 5246, section 7.4.1.3.
struct ServerHello: Hashable {
    let version: ProtocolVersion
    let suite: CipherSuite
    /// The group of a TLS 1.3 key share or retry request.
    private(set) var group: NamedGroup?
    /// The server's half of an agreement of TLS 1.3; a retry request has none.
    private(set) var keyExchange: [UInt8]?
    /// The ALPN name, which TLS 1.2 tells here and TLS 1.3 encrypts.
    private(set) var applicationProtocol: String?
    /// Whether the server knows RFC 5746.
    private(set) var hasRenegotiationInfo = false
    /// Whether it asks for another hello.
    let isRetryRequest: Bool

    /// The random of a HelloRetryRequest, SHA-256 of that word.
    private static let retryRandom: [UInt8] = [
        0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91, 0xC2, 0xA2,
        0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
    ]

    /// Reads the body of a ServerHello; `nil` when it is none.
    init?(parsing body: [UInt8]) {
        var reader = WireReader(body)
        guard let legacy = reader.uint16(), let random = reader.octets(32), reader.vector(lengthOctets: 1) != nil,
            let suite = reader.uint16(), reader.number(1) != nil
        else { return nil }
        var version = ProtocolVersion(rawValue: legacy)
        isRetryRequest = Array(random) == Self.retryRandom
        self.suite = CipherSuite(rawValue: suite)
        var extensions = WireReader(reader.vector(lengthOctets: 2) ?? [])
        var values: [(Int, ArraySlice<UInt8>)] = []
        while let type = extensions.number(2), let value = extensions.vector(lengthOctets: 2) {
            values.append((type, value))
            var inner = WireReader(value)
            if type == 43, let chosen = inner.uint16() { version = ProtocolVersion(rawValue: chosen) }
        }
        self.version = version
        for (type, value) in values { read(type, value) }
    }

    private mutating func read(_ type: Int, _ value: ArraySlice<UInt8>) {
        var reader = WireReader(value)
        switch type {
        case 16:
            var list = WireReader(reader.vector(lengthOctets: 2) ?? [])
            applicationProtocol = list.vector(lengthOctets: 1).map { String(decoding: $0, as: UTF8.self) }
        case 51:
            group = reader.uint16().map(NamedGroup.init(rawValue:))
            keyExchange = reader.vector(lengthOctets: 2).map { Array($0) }
        case 0xFF01: hasRenegotiationInfo = true
        default: break
        }
    }
}
