// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Turns DER into the BER that BouncyCastle, Apple and OpenSSL's streaming mode send.
package enum BER {
    /// Every constructed element gets an indefinite length, every OCTET STRING (and primitive `[0]`, which in an
    /// envelope is the ciphertext) becomes segments of `segment` octets.
    ///
    /// Elements whose encoding is in `verbatim` are copied: what a signature covers must stay as it was signed.
    package static func reencode(_ der: [UInt8], segment: Int, verbatim: Set<[UInt8]> = []) throws -> [UInt8] {
        try reencode(ASN1Element(parsing: der), segment, verbatim)
    }

    private static func reencode(
        _ element: ASN1Element, _ segment: Int, _ verbatim: Set<[UInt8]>
    ) throws -> [UInt8] {
        if verbatim.contains(Array(element.encoded)) { return Array(element.encoded) }
        let identifier = element.encoded.first ?? 0
        if element.isConstructed {
            var reader = ASN1Reader(element.content)
            let members = try reader.all().flatMap { try reencode($0, segment, verbatim) }
            return [identifier, 0x80] + members + [0, 0]
        }
        guard element.tag == .octetString || element.tag == .context(0) else { return Array(element.encoded) }
        var rest = element.content
        var segments: [UInt8] = []
        while !rest.isEmpty {
            segments += DER.octets(Array(rest.prefix(segment)))
            rest = rest.dropFirst(segment)
        }
        return [identifier | 0x20, 0x80] + segments + [0, 0]
    }
}
