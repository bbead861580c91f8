// SPDX-License-Identifier: Apache-2.0

/// The name of a media type, without its parameters and in lower case.
///
/// Source: RFC 9110, section 8.3.1.
struct MediaTypeName: Equatable {
    let text: String

    init(of contentType: String) {
        let name = contentType.utf8.prefix { $0 != UInt8(ascii: ";") }
        text = String(decoding: name.filter { $0 != 0x20 && $0 != 0x09 }, as: UTF8.self).lowercased()
    }
}
