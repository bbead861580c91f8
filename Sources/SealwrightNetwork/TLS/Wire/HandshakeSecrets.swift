// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

/// The secrets from which the server's half of a TLS 1.3 handshake is encrypted.
///
/// A probe needs them to see what a server says behind its hello. It proves nothing about the server, and no
/// connection comes of it: those are NIOSSL's.
///
/// Source: RFC 8446, section 7.1.
struct HandshakeSecrets {
    private let digest: DigestAlgorithm
    private let cipher: ContentCipher
    /// `server_handshake_traffic_secret`.
    let serverTraffic: [UInt8]

    /// Derives them; `nil` for a suite that is not read here.
    ///
    /// - Parameters:
    ///   - shared: the secret of the key agreement.
    ///   - suite: the suite that the server chose.
    ///   - messages: ClientHello and ServerHello, each with its header.
    init?(shared: [UInt8], suite: CipherSuite, messages: [UInt8]) {
        switch suite {
        case .aes128GCMSHA256: (digest, cipher) = (.sha256, .aes128GCM)
        case .aes256GCMSHA384: (digest, cipher) = (.sha384, .aes256GCM)
        default: return nil
        }
        let none = [UInt8](repeating: 0, count: digest.byteCount)
        let early = digest.authenticationCode(none, key: none)
        let salt = Self.expand(early, "derived", digest.hash([]), digest.byteCount, digest)
        let handshake = digest.authenticationCode(shared, key: salt)
        serverTraffic = Self.expand(handshake, "s hs traffic", digest.hash(messages), digest.byteCount, digest)
    }

    /// The suites that are read here.
    static let suites = [CipherSuite.aes128GCMSHA256, .aes256GCMSHA384]

    /// The key of the records.
    var key: [UInt8] { Self.expand(serverTraffic, "key", [], cipher.keyByteCount, digest) }
    /// What their nonces are made from.
    var iv: [UInt8] { Self.expand(serverTraffic, "iv", [], cipher.ivByteCount, digest) }

    /// Opens a record.
    ///
    /// - Parameters:
    ///   - body: what stands behind the record's header.
    ///   - header: its five octets.
    ///   - number: how many encrypted records came before.
    /// - Returns: the true type and the contents; `nil` when it does not open.
    ///
    /// Source: RFC 8446, sections 5.2 and 5.3.
    func open(_ body: ArraySlice<UInt8>, header: [UInt8], number: UInt64) -> (type: UInt8, contents: [UInt8])? {
        guard body.count > Self.tagOctets else { return nil }
        var nonce = iv
        for (index, place) in nonce.indices.reversed().prefix(8).enumerated() {
            nonce[place] ^= UInt8(truncatingIfNeeded: number >> UInt64(8 * index))
        }
        guard
            let inner = try? cipher.decrypt(
                body.dropLast(Self.tagOctets), key: key, iv: nonce, tag: Array(body.suffix(Self.tagOctets)),
                authenticating: header),
            let end = inner.lastIndex(where: { $0 != 0 })
        else { return nil }
        return (inner[end], Array(inner[..<end]))
    }

    private static let tagOctets = 16

    /// HKDF-Expand-Label; all that is asked for fits into one step of HKDF.
    private static func expand(
        _ secret: [UInt8], _ label: String, _ context: [UInt8], _ count: Int, _ digest: DigestAlgorithm
    ) -> [UInt8] {
        var info = WireWriter()
        info.uint16(UInt16(truncatingIfNeeded: count))
        info.vector(lengthOctets: 1) { $0.append("tls13 \(label)".utf8) }
        info.vector(lengthOctets: 1) { $0.append(context) }
        info.uint8(1)
        return Array(digest.authenticationCode(info.octets, key: secret).prefix(count))
    }
}
