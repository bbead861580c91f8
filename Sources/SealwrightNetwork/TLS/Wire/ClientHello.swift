// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

/// The first message of a handshake: what a client can do.
///
/// Source: RFC 8446, section 4.1.2; RFC 5246, section 7.4.1.2.
struct ClientHello: Hashable {
    /// The versions offered, in the client's order.
    var versions: [ProtocolVersion]
    var suites: [CipherSuite]
    var groups: [NamedGroup] = NamedGroup.usual
    /// The name asked for; `nil` sends none, as for IP addresses.
    var serverName: String?
    /// ALPN names.
    var applicationProtocols: [String] = []
    /// Halves of an agreement of TLS 1.3, in the order of the groups.
    var keyShares: [KeyShare] = []

    /// The client's half of an agreement.
    struct KeyShare: Hashable {
        let group: NamedGroup
        let octets: [UInt8]
    }

    init(
        versions: [ProtocolVersion], suites: [CipherSuite], serverName: String? = nil,
        applicationProtocols: [String] = []
    ) {
        self.versions = versions
        self.suites = suites
        self.serverName = serverName
        self.applicationProtocols = applicationProtocols
    }

    /// Signature algorithms a hello of ours names: everything a server might have a certificate for, SHA-1 last.
    private static let signatures: [UInt16] = [
        0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B, 0x0401, 0x0501, 0x0601,
        0x0303, 0x0301, 0x0203, 0x0201, 0x0202, 0x0402,
    ]
}

// MARK: - Writing

extension ClientHello {
    /// The hello in one record.
    ///
    /// With TLS 1.3 and no key share a server answers with a HelloRetryRequest, which names the suite and group it would
    /// use, and no key has to be made.
    ///
    /// Source: RFC 8446, sections 4.1.4 and 4.2.8; RFC 6066, section 8 (status_request).
    var record: [UInt8] {
        let newest = versions.max() ?? .tls12
        var writer = WireWriter()
        writer.uint8(22)
        // Old servers and firewalls want to see an old version here.
        writer.uint16(min(newest, .tls10).rawValue)
        writer.vector(lengthOctets: 2) { record in
            record.uint8(1)
            record.vector(lengthOctets: 3) { body(into: &$0, newest: newest) }
        }
        return writer.octets
    }

    private func body(into writer: inout WireWriter, newest: ProtocolVersion) {
        writer.uint16(min(newest, .tls12).rawValue)
        writer.append(SecureRandom.bytes(32))
        writer.vector(lengthOctets: 1) { if newest >= .tls13 { $0.append(SecureRandom.bytes(32)) } }
        writer.vector(lengthOctets: 2) { for suite in suites { $0.uint16(suite.rawValue) } }
        writer.vector(lengthOctets: 1) { $0.uint8(0) }
        guard newest > .ssl3 else { return }
        writer.vector(lengthOctets: 2) { extensions(into: &$0, newest: newest) }
    }

    private func extensions(into writer: inout WireWriter, newest: ProtocolVersion) {
        if let serverName {
            writer.extension(0) { extensions in
                extensions.vector(lengthOctets: 2) { list in
                    list.uint8(0)
                    list.vector(lengthOctets: 2) { $0.append(serverName.utf8) }
                }
            }
        }
        // Without being asked for its OCSP response no server staples one.
        writer.extension(5) { $0.append([1, 0, 0, 0, 0]) }
        writer.extension(10) { extensions in
            extensions.vector(lengthOctets: 2) { list in for group in groups { list.uint16(group.rawValue) } }
        }
        writer.extension(11) { $0.vector(lengthOctets: 1) { $0.uint8(0) } }
        if newest >= .tls12 {
            writer.extension(13) { extensions in
                extensions.vector(lengthOctets: 2) { list in for value in Self.signatures { list.uint16(value) } }
            }
        }
        if !applicationProtocols.isEmpty {
            writer.extension(16) { extensions in
                extensions.vector(lengthOctets: 2) { list in
                    for name in applicationProtocols { list.vector(lengthOctets: 1) { $0.append(name.utf8) } }
                }
            }
        }
        writer.extension(23) { _ in }
        writer.extension(0xFF01) { $0.uint8(0) }
        if newest >= .tls13 { extensionsOfTLS13(into: &writer) }
    }

    private func extensionsOfTLS13(into writer: inout WireWriter) {
        writer.extension(43) { extensions in
            extensions.vector(lengthOctets: 1) { list in for version in versions { list.uint16(version.rawValue) } }
        }
        writer.extension(45) { $0.vector(lengthOctets: 1) { $0.uint8(1) } }
        writer.extension(51) { extensions in
            extensions.vector(lengthOctets: 2) { list in
                for share in keyShares {
                    list.uint16(share.group.rawValue)
                    list.vector(lengthOctets: 2) { $0.append(share.octets) }
                }
            }
        }
    }
}

extension WireWriter {
    /// Writes an extension of a hello.
    ///
    /// Source: RFC 8446, section 4.2.
    fileprivate mutating func `extension`(_ type: UInt16, _ body: (inout WireWriter) -> Void) {
        uint16(type)
        vector(lengthOctets: 2, body)
    }
}

// MARK: - Reading

extension ClientHello {
    /// Reads the body of a ClientHello; `nil` when it is none.
    init?(parsing body: [UInt8]) {
        var reader = WireReader(body)
        guard let version = reader.uint16(), reader.octets(32) != nil, reader.vector(lengthOctets: 1) != nil,
            let suiteList = reader.vector(lengthOctets: 2), reader.vector(lengthOctets: 1) != nil
        else { return nil }
        self.init(
            versions: [ProtocolVersion(rawValue: version)],
            suites: Self.numbers(suiteList).map(CipherSuite.init(rawValue:)))
        groups = []
        var extensions = WireReader(reader.vector(lengthOctets: 2) ?? [])
        while let type = extensions.number(2), let value = extensions.vector(lengthOctets: 2) { read(type, value) }
    }

    private mutating func read(_ type: Int, _ value: ArraySlice<UInt8>) {
        var reader = WireReader(value)
        switch type {
        case 0:
            var list = WireReader(reader.vector(lengthOctets: 2) ?? [])
            if list.number(1) == 0, let name = list.vector(lengthOctets: 2), name.count <= 255 {
                serverName = String(decoding: name, as: UTF8.self)
            }
        case 10: groups = Self.numbers(reader.vector(lengthOctets: 2) ?? []).map(NamedGroup.init(rawValue:))
        case 16:
            var list = WireReader(reader.vector(lengthOctets: 2) ?? [])
            while let name = list.vector(lengthOctets: 1), applicationProtocols.count < 32 {
                applicationProtocols.append(String(decoding: name, as: UTF8.self))
            }
        case 43:
            versions = Self.numbers(reader.vector(lengthOctets: 1) ?? []).map(ProtocolVersion.init(rawValue:))
                .filter { ProtocolVersion.all.contains($0) }
        default: break
        }
    }

    private static func numbers(_ octets: ArraySlice<UInt8>) -> [UInt16] {
        var reader = WireReader(octets)
        var numbers: [UInt16] = []
        while let number = reader.uint16() { numbers.append(number) }
        return numbers
    }
}
