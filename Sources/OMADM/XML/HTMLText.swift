// SPDX-License-Identifier: Apache-2.0

/// Text as it stands in HTML, between tags or in a quoted attribute.
///
/// Source: WHATWG HTML Standard, sections 13.1.2.3 and 13.3.
package enum HTMLText {
    /// The text with every character that could end it, or begin something else, written as a reference.
    package static func escape(_ text: String) -> String {
        var octets: [UInt8] = []
        octets.reserveCapacity(text.utf8.count)
        for octet in text.utf8 {
            switch octet {
            case 0x26: octets += Array("&amp;".utf8)
            case 0x3C: octets += Array("&lt;".utf8)
            case 0x3E: octets += Array("&gt;".utf8)
            case 0x22: octets += Array("&quot;".utf8)
            case 0x27: octets += Array("&#39;".utf8)
            default: octets.append(octet)
            }
        }
        return String(decoding: octets, as: UTF8.self)
    }
}
