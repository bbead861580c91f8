// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird

/// Codings of a body, such as gzip, that nothing here undoes.
///
/// Without a word about it the octets would be read for what they are not.
///
/// Source: RFC 9110, sections 8.4 and 15.5.16.
enum ContentCoding {
    /// What IANA lists, but `identity`.
    ///
    /// Some clients write `utf-8` and the like here; that changes no octets.
    private static let registered: Set<String> = [
        "aes128gcm", "br", "compress", "dcb", "dcz", "deflate", "exi", "gzip", "pack200-gzip", "x-compress", "x-gzip",
        "zstd",
    ]

    /// The coding for which a body is refused.
    static func refused(in fields: HTTPFields) -> String? {
        guard let field = fields[.contentEncoding] else { return nil }
        return field.lowercased().split { $0 == "," || $0 == " " || $0 == "\t" }.map(String.init)
            .first { registered.contains($0) }
    }

    /// What would have been taken.
    ///
    /// Source: RFC 9110, section 12.5.3.
    static let accepted: HTTPFields = [.acceptEncoding: "identity"]

    /// Says so to a client whose body is refused.
    static func refusal(_ coding: String) -> HTTPError {
        HTTPError(
            .unsupportedMediaType, headers: accepted,
            message: "The body is coded as \(coding). Send it without a content coding.")
    }
}
