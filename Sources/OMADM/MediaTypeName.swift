// SPDX-License-Identifier: Apache-2.0

/// The name of a media type, in lower case, and what its parameters say of the encoding.
///
/// Source: RFC 9110, section 8.3.1.
struct MediaTypeName: Equatable {
    let text: String
    /// Whether its parameters say that XML is in an encoding other than those read here, which would be misread.
    let namesForeignCharset: Bool

    init(of contentType: String) {
        let parts = contentType.utf8.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
            .map { String(decoding: $0.filter { $0 != 0x20 && $0 != 0x09 }, as: UTF8.self).lowercased() }
        text = parts.first ?? ""
        namesForeignCharset = parts.dropFirst().contains { parameter in
            guard parameter.hasPrefix("charset=") else { return false }
            return !MarkupEncoding.isRead(String(parameter.dropFirst(8).filter { $0 != "\"" }))
        }
    }
}
