// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// Small pieces of DER.
package enum DER {
    /// A string of any type.
    package static func string(_ text: String, as tag: ASN1Tag = .printableString) -> [UInt8] {
        var writer = DERWriter()
        writer.string(text, as: tag)
        return writer.bytes
    }

    /// An OCTET STRING.
    package static func octets(_ octets: [UInt8]) -> [UInt8] {
        var writer = DERWriter()
        writer.octetString(octets)
        return writer.bytes
    }

    /// An attribute with any number of values, none too.
    package static func attribute(_ type: OID, _ values: [UInt8]...) -> [UInt8] {
        var writer = DERWriter()
        writer.sequence { writer in
            writer.oid(type)
            writer.setOf(values)
        }
        return writer.bytes
    }

    /// A ContentInfo around a SEQUENCE.
    package static func contentInfo(_ type: OID, _ body: (inout DERWriter) -> Void) -> [UInt8] {
        var writer = DERWriter()
        writer.sequence { writer in
            writer.oid(type)
            writer.explicit(0) { $0.sequence(body) }
        }
        return writer.bytes
    }
}
