// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Rewrites DER as the BER that BouncyCastle, Apple and streaming OpenSSL send.
struct BERReencoder: Sendable {
    /// What happens to one element.
    enum Treatment {
        /// Rewritten, and its members in turn.
        case rewrite
        /// Copied: what is signed must stay as it is.
        case keep
    }

    /// Constructed elements get an indefinite length; otherwise a definite one of more octets than needed.
    var indefinite = true
    /// Octets a segment of every OCTET STRING holds; `nil` leaves the strings primitive.
    var segment: Int?
    /// How often a segmented string is wrapped into another one-segment string.
    var nesting = 0
    /// Decides by the path of child indexes from the root.
    var treatment: @Sendable ([Int]) -> Treatment = { _ in .rewrite }

    /// Leaves the certificates and the signed attributes of a SignedData as they are.
    static let signedDataPaths: @Sendable ([Int]) -> Treatment = { path in
        let isCertificates = path == [1, 0, 3]
        let isSignedAttributes = path.count == 5 && path.starts(with: [1, 0, 4]) && path.last == 3
        return isCertificates || isSignedAttributes ? .keep : .rewrite
    }

    func reencode(_ der: [UInt8]) throws -> [UInt8] {
        try reencode(ASN1Element(parsing: der), path: [])
    }

    private func reencode(_ element: ASN1Element, path: [Int]) throws -> [UInt8] {
        guard treatment(path) == .rewrite else { return Array(element.encoded) }
        let isString = element.tag == .octetString || element.tag == .context(0)
        if element.isConstructed {
            var reader = ASN1Reader(element.content)
            var content: [UInt8] = []
            for (index, member) in try reader.all().enumerated() {
                content += try reencode(member, path: path + [index])
            }
            return constructed(element, content)
        }
        guard isString, let segment else { return Array(element.encoded) }
        return constructed(element, segments(Array(element.content), of: segment))
    }

    private func segments(_ octets: [UInt8], of size: Int) -> [UInt8] {
        var content: [UInt8] = []
        for start in stride(from: 0, to: octets.count, by: size) {
            content += string(Array(octets[start..<min(start + size, octets.count)]))
        }
        for _ in 0..<nesting { content = indefinite ? [0x24, 0x80] + content + [0, 0] : wrapped(0x24, content) }
        return content
    }

    private func string(_ octets: [UInt8]) -> [UInt8] {
        var writer = DERWriter()
        writer.octetString(octets)
        return writer.bytes
    }

    private func constructed(_ element: ASN1Element, _ content: [UInt8]) -> [UInt8] {
        let identifier = (element.encoded.first ?? 0) | 0x20
        return indefinite ? [identifier, 0x80] + content + [0, 0] : wrapped(identifier, content)
    }

    /// A length in four octets whatever its value.
    private func wrapped(_ identifier: UInt8, _ content: [UInt8]) -> [UInt8] {
        let length = (0..<4).reversed().map { UInt8(truncatingIfNeeded: content.count >> ($0 * 8)) }
        return [identifier, 0x84] + length + content
    }
}
