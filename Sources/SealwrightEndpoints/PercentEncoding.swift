// SPDX-License-Identifier: Apache-2.0

/// Percent escapes of URLs, decoded to octets that are text.
///
/// Source: RFC 3986, section 2.1.
enum PercentEncoding {
    /// The decoded text, or `nil` when an escape is broken or the result is over the limit.
    static func decode(_ text: some StringProtocol, limit: Int) -> String? {
        var octets: [UInt8] = []
        var rest = text.utf8.makeIterator()
        while let octet = rest.next() {
            guard octets.count < limit else { return nil }
            if octet == 0x25 {
                guard let high = rest.next().flatMap(digit), let low = rest.next().flatMap(digit) else { return nil }
                octets.append(high << 4 | low)
            } else {
                octets.append(octet)
            }
        }
        return String(decoding: octets, as: UTF8.self)
    }

    private static func digit(_ octet: UInt8) -> UInt8? {
        switch octet {
        case 0x30...0x39: octet - 0x30
        case 0x41...0x46: octet - 0x37
        case 0x61...0x66: octet - 0x57
        default: nil
        }
    }
}
