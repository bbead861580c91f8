// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// The cookie that ties a form to the browser it was shown in.
///
/// It signs nobody in. `SameSite=Strict` keeps it out of requests that other sites make the browser send; the prefix of
/// its name lets no other host and no plain HTTP set it.
///
/// Source: RFC 6265bis, sections 4.1.2.7 and 4.1.3.2.
enum PageCookie {
    private static let name = "__Host-sealwright-form"

    /// A new value: 128 random bits.
    static func fresh() -> String { Base64.encodeURLSafe(SecureRandom.bytes(16)) }

    /// The value of Set-Cookie.
    static func field(_ value: String) -> String {
        "\(name)=\(value); Path=/; Max-Age=3600; Secure; HttpOnly; SameSite=Strict"
    }

    /// The value of Set-Cookie that makes the browser forget it.
    static let removal = "\(name)=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict"

    /// The value in a Cookie field; `nil` when it is absent or none that ``fresh()`` makes.
    static func value(in field: String) -> String? {
        for pair in field.utf8.split(separator: 0x3B) {
            let trimmed = pair.drop { $0 == 0x20 }
            guard trimmed.starts(with: (name + "=").utf8) else { continue }
            let value = String(decoding: trimmed.dropFirst(name.utf8.count + 1), as: UTF8.self)
            return value.utf8.count == 22 && Base64.decode(value, tolerance: .tolerant) != nil ? value : nil
        }
        return nil
    }
}
