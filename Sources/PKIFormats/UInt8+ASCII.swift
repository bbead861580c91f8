// SPDX-License-Identifier: Apache-2.0

extension UInt8 {
    /// Whether the octet is a digit of ASCII, `0` to `9`.
    @inlinable package var isASCIIDigit: Bool { (0x30...0x39).contains(self) }

    /// Whether the octet is a hexadecimal digit of ASCII, with letters in either case.
    package var isASCIIHexDigit: Bool { isASCIIDigit || (0x41...0x46).contains(self & 0xDF) }

    /// Whether the octet is a letter of ASCII, in either case.
    @inlinable package var isASCIILetter: Bool { (0x41...0x5A).contains(self & 0xDF) }

    /// A capital letter of ASCII as a small one; every other octet as it is.
    @inlinable package var asciiLowercased: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }

    /// Whether the octet is a letter or a digit of ASCII, a hyphen or an underscore: what needs no escape in a URI, in
    /// XML and in the name of a file, and leads out of no folder.
    package var isWordCharacter: Bool { isASCIILetter || isASCIIDigit || self == 0x2D || self == 0x5F }

    /// Whether the octet stands for itself everywhere in a URI, escaped or not.
    ///
    /// Source: RFC 3986, section 2.3.
    package var isUnreserved: Bool { isWordCharacter || self == 0x2E || self == 0x7E }

    /// Whether the octet may stand in an atom of a mailbox, `atext`.
    ///
    /// Source: RFC 5322, section 3.2.3.
    package var isAtomText: Bool { isASCIILetter || isASCIIDigit || "!#$%&'*+-/=?^_`{|}~".utf8.contains(self) }
}
