// SPDX-License-Identifier: Apache-2.0

/// The pieces that WBXML documents are written from.
///
/// Source: WAP-192-WBXML (version 1.3), sections 5.3 and 5.8.4.
enum WBXMLWriter {
    /// IANA's number of UTF-8.
    private static let utf8: UInt8 = 106

    /// Appends a header; the string table holds the public identifier of a type without number, else nothing.
    static func appendHeader(_ version: WBXMLVersion, _ type: WBXMLDocumentType, to octets: inout [UInt8]) {
        octets.append(version.rawValue)
        if let number = type.number {
            WBXMLHeader.append(Int(number), to: &octets)
            octets += [utf8, 0]
        } else {
            let name = Array(type.publicID.utf8)
            octets += [0, 0, utf8]
            WBXMLHeader.append(name.count + 1, to: &octets)
            octets += name + [0]
        }
    }

    /// Appends text as an inline string.
    static func append(_ text: String, to octets: inout [UInt8]) throws(OMADMError) {
        octets.append(WBXMLToken.inlineString)
        let start = octets.count
        octets.append(contentsOf: text.utf8)
        guard !octets[start...].contains(0) else {
            throw .unwritable("text", reason: "a string of WBXML ends at a zero octet")
        }
        octets.append(0)
    }
}
