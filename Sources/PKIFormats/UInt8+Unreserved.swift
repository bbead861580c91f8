// SPDX-License-Identifier: Apache-2.0

extension UInt8 {
    /// Whether the octet stands for itself everywhere in a URI, escaped or not.
    ///
    /// Source: RFC 3986, section 2.3.
    package var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "-._~".utf8.contains(self)
        }
    }
}
