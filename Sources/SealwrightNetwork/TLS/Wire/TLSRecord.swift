// SPDX-License-Identifier: Apache-2.0

/// A record of TLS as it came, whether or not its fragment is encrypted.
///
/// Source: RFC 8446, sections 5.1 and 5.2; RFC 5246, section 6.2.
struct TLSRecord {
    /// What it says it carries: 20 change_cipher_spec, 21 alert, 22 handshake, 23 application_data.
    let type: UInt8
    /// Type, version and length, five octets; an encrypted record of TLS 1.3 authenticates them.
    let header: ArraySlice<UInt8>
    /// What stands behind the header.
    let fragment: ArraySlice<UInt8>
}

/// Cuts a stream of octets into records.
///
/// Bounded: a record over the limit ends the stream.
struct TLSRecordCutter {
    /// What the next octets are.
    enum Cut {
        case record(TLSRecord)
        /// They begin no record, or one that no version allows.
        case noRecord
    }

    /// Octets that the fragment of any version has at the most.
    ///
    /// Source: RFC 5246, section 6.2.3.
    static let limit = (1 << 14) + 2_048
    /// Octets that the fragment of TLS 1.3 has at the most.
    ///
    /// Source: RFC 8446, section 5.2.
    static let limitOfTLS13 = (1 << 14) + 256

    private let limit: Int
    private var buffer: [UInt8] = []
    /// How many octets of the buffer were cut off; they go with the next ones that come.
    private var start = 0
    /// Whether the stream began as TLS, so that what follows is a fault and no other protocol.
    private(set) var hasBegun = false

    init(limit: Int) { self.limit = limit }

    mutating func append(_ octets: some Sequence<UInt8>) {
        buffer.removeFirst(min(start, buffer.count))
        start = 0
        buffer.append(contentsOf: octets)
    }

    /// The next record; `nil` while it is not complete.
    mutating func next() -> Cut? {
        var reader = WireReader(buffer.dropFirst(start))
        guard let header = reader.octets(5) else { return nil }
        var fields = WireReader(header)
        guard let type = fields.number(1), let version = fields.uint16(), let length = fields.number(2),
            (20...23).contains(type), version >> 8 == 3
        else { return .noRecord }
        hasBegun = true
        guard length <= limit else { return .noRecord }
        guard let fragment = reader.octets(length) else { return nil }
        start += header.count + length
        return .record(TLSRecord(type: UInt8(truncatingIfNeeded: type), header: header, fragment: fragment))
    }

    /// Whether the first octets of what is left cannot begin a record, without waiting for five of them.
    var looksForeign: Bool {
        var reader = WireReader(buffer.dropFirst(start))
        guard let type = reader.number(1) else { return false }
        guard (20...23).contains(type) else { return true }
        return reader.number(1).map { $0 != 3 } ?? false
    }
}
