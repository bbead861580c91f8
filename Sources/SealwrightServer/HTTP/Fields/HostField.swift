// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import PKIFormats

/// The `Host` of a request, which a proxy before us may have taken its decision by.
///
/// Nothing here depends on it; but two programs that read one request must not take it for requests to two hosts.
///
/// Source: RFC 9112, section 3.2; RFC 3986, section 3.2.2.
enum HostField {
    /// Whether a request names its host once and readably; HTTP/1.0 knows no such field, and an empty one is allowed.
    static func isAcceptable(in head: HTTPRequestHead) -> Bool {
        let values = head.headers["host"]
        guard let value = values.first else { return head.version != .http1_1 }
        return values.count == 1 && isHost(value)
    }

    /// `uri-host [ ":" port ]`.
    private static func isHost(_ text: String) -> Bool {
        let octets = Array(text.utf8)
        let rest: ArraySlice<UInt8>
        if octets.first == UInt8(ascii: "[") {
            guard let end = octets.firstIndex(of: UInt8(ascii: "]")), end > 1 else { return false }
            guard octets[1..<end].allSatisfy({ isNameOctet($0) || $0 == UInt8(ascii: ":") }) else { return false }
            rest = octets[(end + 1)...]
        } else {
            let end = octets.firstIndex(of: UInt8(ascii: ":")) ?? octets.endIndex
            guard octets[..<end].allSatisfy(isNameOctet) else { return false }
            rest = octets[end...]
        }
        guard let colon = rest.first else { return true }
        return colon == UInt8(ascii: ":") && rest.dropFirst().allSatisfy(\.isASCIIDigit)
    }

    /// An octet of `reg-name`: unreserved, of an escape, or one of the sub-delims.
    private static func isNameOctet(_ octet: UInt8) -> Bool {
        octet.isUnreserved || "%!$&'()*+,;=".utf8.contains(octet)
    }
}
