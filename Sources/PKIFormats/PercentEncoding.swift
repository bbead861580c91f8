// SPDX-License-Identifier: Apache-2.0

/// Percent escapes of URIs: `%2F` for a slash.
///
/// Source: RFC 3986, section 2.1.
package enum PercentEncoding {
    /// The octets as a text, all but unreserved ones escaped.
    package static func encode(_ octets: some Sequence<UInt8>) -> String {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(octets.underestimatedCount)
        for octet in octets {
            if octet.isUnreserved {
                encoded.append(octet)
            } else {
                encoded.append(sign)
                encoded.append(contentsOf: Hex.encode([octet]).uppercased().utf8)
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// An address with parameters added to its query.
    package static func adding(_ parameters: [(name: String, value: String)], to address: String) -> String {
        let query = parameters.map { "\($0.name)=\(encode($0.value.utf8))" }.joined(separator: "&")
        return address + (address.contains("?") ? "&" : "?") + query
    }

    /// Undoes every well-formed escape; anything else stays as it is, `+` too.
    ///
    /// For queries that clients escape in part, once too often or not at all.
    package static func decodeTolerantly(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(text.count)
        var rest = text
        while let octet = rest.popFirst() {
            guard octet == sign, let escaped = Hex.decode(rest.prefix(2)), escaped.count == 1 else {
                decoded.append(octet)
                continue
            }
            decoded += escaped
            rest = rest.dropFirst(2)
        }
        return decoded
    }

    /// Undoes the escapes.
    ///
    /// - Returns: `nil` when a percent sign has no two digits behind it, or the result is longer than `limit`.
    package static func decode(_ text: some Sequence<UInt8>, limit: Int = .max) -> [UInt8]? {
        var decoded: [UInt8] = []
        var rest = text.makeIterator()
        while let octet = rest.next() {
            guard decoded.count < limit else { return nil }
            guard octet == sign else {
                decoded.append(octet)
                continue
            }
            guard let high = rest.next().flatMap(Hex.value), let low = rest.next().flatMap(Hex.value) else {
                return nil
            }
            decoded.append(high << 4 | low)
        }
        return decoded
    }

    /// Undoes the escapes of what is a text.
    ///
    /// - Returns: `nil` as ``decode(_:limit:)``, and when the octets are no UTF-8 or no text that is cheap to compare.
    package static func text(_ text: some Sequence<UInt8>, limit: Int = .max) -> String? {
        guard let octets = decode(text, limit: limit), let text = String(validating: octets, as: UTF8.self),
            text.isStreamSafe
        else { return nil }
        return text
    }

    private static let sign = UInt8(ascii: "%")
}
