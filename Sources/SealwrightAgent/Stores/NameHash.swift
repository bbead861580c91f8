// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// The number by which OpenSSL finds a certificate or CRL in a folder.
///
/// The first four octets, least significant first, of the SHA-1 over the name in a canonical form: the relative names
/// without the SEQUENCE around them, text as UTF8String in lower case, white space at the ends cut off and inside made
/// one space.
///
/// Source: OpenSSL, openssl-rehash(1) and X509_NAME_hash_ex(3).
enum NameHash {
    /// Eight hexadecimal digits.
    static func of(_ name: DistinguishedName) -> String {
        var writer = DERWriter(capacity: 256)
        for rdn in name.rdns where !rdn.isEmpty { writer.setOf(rdn.map { canonical($0).derBytes }) }
        return Hex.encode(DigestAlgorithm.sha1.hash(writer.bytes).prefix(4).reversed())
    }

    private static func canonical(_ attribute: AttributeTypeAndValue) -> AttributeTypeAndValue {
        guard let element = try? ASN1Element(parsing: attribute.value), isFolded(element.tag), let text = element.text
        else { return attribute }
        return AttributeTypeAndValue(type: attribute.type, text: folded(text), as: .utf8String)
    }

    private static func isFolded(_ tag: ASN1Tag) -> Bool {
        switch tag {
        case .utf8String, .bmpString, .universalString, .printableString, .teletexString, .ia5String, .visibleString:
            true
        default: false
        }
    }

    /// Only ASCII letters and ASCII white space change.
    private static func folded(_ text: String) -> String {
        let words = text.utf8.split { $0 == 0x20 || (0x09...0x0D).contains($0) }
        let octets = words.joined(separator: [0x20]).map(\.asciiLowercased)
        return String(decoding: octets, as: UTF8.self)
    }
}
