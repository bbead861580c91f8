// SPDX-License-Identifier: Apache-2.0

/// What a server says to a hello as far as it is in the clear: all of it up to TLS 1.2, the hello alone in TLS 1.3.
///
/// Source: RFC 5246, section 7.4; RFC 8446, section 4.
struct ServerFlight: ReceivedFlight {
    private(set) var hello: ServerHello?
    /// The certificates as received, DER, the server's own first.
    private(set) var chain: [[UInt8]] = []
    /// The group of the server's ephemeral key.
    private(set) var group: NamedGroup?
    /// Bits of the prime of an ephemeral finite-field key.
    private(set) var primeBits: Int?
    /// The names of authorities whose certificates the server asks for, DER; `nil` when it asks for none.
    private(set) var certificateAuthorities: [[UInt8]]?
    /// Whether it staples an OCSP response.
    private(set) var hasStapledStatus = false
    private(set) var alert: TLSAlert?
    /// The first octets, when they are no TLS.
    private(set) var plainText: [UInt8] = []
    private(set) var isComplete = false

    private var reader = TLSRecordReader()
    private static let certificateLimit = 32

    mutating func receive(_ octets: some Collection<UInt8>) {
        for element in reader.receive(octets) where !isComplete {
            switch element {
            case .alert(let received):
                // A warning such as unrecognized_name does not end it, but nothing useful follows one either.
                alert = received
                isComplete = received != .unrecognizedName
            case .encrypted, .malformed: isComplete = true
            case .notTLS:
                plainText = Array(octets.prefix(64))
                isComplete = true
            case .handshake(let type, let body): take(type, body)
            }
        }
    }

    private mutating func take(_ type: UInt8, _ body: [UInt8]) {
        switch type {
        case 2:
            hello = ServerHello(parsing: body)
            group = hello?.group
            if hello == nil || (hello?.version ?? .ssl3) >= .tls13 { isComplete = true }
        case 11: chain = Self.certificates(body)
        case 12:
            let isFiniteField =
                hello?.suite.name.contains("_DHE_") == true || hello?.suite.name.contains("DH_anon") == true
            if isFiniteField {
                primeBits = Self.primeBits(ofKeyExchange: body)
            } else {
                group = Self.group(ofKeyExchange: body)
            }
        case 13: certificateAuthorities = Self.authorities(body, version: hello?.version ?? .tls12)
        case 14: isComplete = true
        case 22: hasStapledStatus = body.count > 4
        default: break
        }
    }

    private static func certificates(_ body: [UInt8]) -> [[UInt8]] {
        var reader = WireReader(body)
        var list = WireReader(reader.vector(lengthOctets: 3) ?? [])
        var chain: [[UInt8]] = []
        while chain.count < certificateLimit, let certificate = list.vector(lengthOctets: 3) {
            chain.append(Array(certificate))
        }
        return chain
    }

    /// The named curve of an elliptic ServerKeyExchange.
    ///
    /// Source: RFC 8422, section 5.4.
    static func group(ofKeyExchange body: [UInt8]) -> NamedGroup? {
        var reader = WireReader(body)
        guard reader.number(1) == 3 else { return nil }
        return reader.uint16().map(NamedGroup.init(rawValue:))
    }

    private static func primeBits(ofKeyExchange body: [UInt8]) -> Int? {
        var reader = WireReader(body)
        guard let prime = reader.vector(lengthOctets: 2)?.drop(while: { $0 == 0 }), let first = prime.first else {
            return nil
        }
        return prime.count * 8 - first.leadingZeroBitCount
    }

    private static func authorities(_ body: [UInt8], version: ProtocolVersion) -> [[UInt8]] {
        var reader = WireReader(body)
        _ = reader.vector(lengthOctets: 1)
        if version >= .tls12 { _ = reader.vector(lengthOctets: 2) }
        var list = WireReader(reader.vector(lengthOctets: 2) ?? [])
        var names: [[UInt8]] = []
        while names.count < 256, let name = list.vector(lengthOctets: 2) { names.append(Array(name)) }
        return names
    }
}
