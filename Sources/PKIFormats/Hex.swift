// SPDX-License-Identifier: Apache-2.0

/// Hexadecimal text of octets.
public enum Hex {
    /// Eight capital digits behind `0x`, as Windows writes the results of its functions.
    package static func result(_ code: UInt32) -> String {
        let digits = String(code, radix: 16, uppercase: true)
        return "0x" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }

    /// Lower-case digits, two an octet, without separators.
    public static func encode(_ octets: some Collection<UInt8>) -> String {
        octets.withOctets { octets in
            String(unsafeUninitializedCapacity: octets.count * 2) { buffer in
                var index = 0
                for octet in octets where index + 1 < buffer.count {
                    buffer[index] = digit(octet >> 4)
                    buffer[index + 1] = digit(octet & 0x0F)
                    index += 2
                }
                return index
            }
        }
    }

    /// Reads digits of either case, two an octet.
    ///
    /// - Returns: `nil` for an odd number of digits or any other character.
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        text.withOctets(decode(characters:))
    }

    private static func decode(characters: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var octets: [UInt8] = []
        octets.reserveCapacity(characters.count / 2)
        var high: UInt8?
        for character in characters {
            guard let nibble = value(character) else { return nil }
            if let first = high {
                octets.append(first << 4 | nibble)
                high = nil
            } else {
                high = nibble
            }
        }
        return high == nil ? octets : nil
    }

    /// Reads digits of either case, two an octet.
    ///
    /// - Returns: `nil` for an odd number of digits or any other character.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? { decode(Array(text.utf8)) }

    /// The value of one digit, `nil` for any other character.
    static func value(_ character: UInt8) -> UInt8? {
        switch character {
        case 0x30...0x39: character - 0x30
        case 0x41...0x46: character - 0x37
        case 0x61...0x66: character - 0x57
        default: nil
        }
    }

    /// The digit of a number under 16.
    static func digit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x57 + nibble }
}
