// SPDX-License-Identifier: Apache-2.0

/// Base64 without Foundation.
///
/// Source: RFC 4648, sections 4 and 5.
public enum Base64 {
    /// How forgiving reading is.
    public enum Tolerance: Sendable {
        /// RFC 4648, section 4, to the letter: its alphabet, padding, no white space, unused bits zero.
        case strict
        /// White space anywhere, either alphabet, padding absent or surplus, unused bits ignored.
        ///
        /// SCEP clients that send requests by GET do all of that.
        case tolerant
    }

    /// Writes octets in the standard alphabet with padding, in lines of `lineLength` characters when it is not 0.
    public static func encode(_ octets: some Collection<UInt8>, lineLength: Int = 0) -> String {
        octets.withOctets { encode($0, alphabet: standardAlphabet, padding: true, lineLength: lineLength) }
    }

    /// Writes octets in the alphabet for URLs and file names, without padding.
    ///
    /// Source: RFC 4648, section 5.
    public static func encodeURLSafe(_ octets: some Collection<UInt8>) -> String {
        octets.withOctets { encode($0, alphabet: urlAlphabet, padding: false, lineLength: 0) }
    }

    /// Reads Base64.
    ///
    /// - Returns: `nil` when the text is none at the given tolerance.
    public static func decode(_ text: some Collection<UInt8>, tolerance: Tolerance = .strict) -> [UInt8]? {
        text.withOctets { octets in
            var decoder = Decoder(tolerance: tolerance, capacity: octets.count / 4 * 3 + 3)
            for character in octets {
                guard decoder.take(character) else { return nil }
            }
            return decoder.finish()
        }
    }

    /// Reads Base64.
    ///
    /// - Returns: `nil` when the text is none at the given tolerance.
    public static func decode(_ text: some StringProtocol, tolerance: Tolerance = .strict) -> [UInt8]? {
        decode(text.utf8, tolerance: tolerance)
    }

    private static func encode(
        _ octets: UnsafeBufferPointer<UInt8>, alphabet: [UInt8], padding: Bool, lineLength: Int
    ) -> String {
        var characters: [UInt8] = []
        characters.reserveCapacity(octets.count / 3 * 4 + 8)
        var column = 0
        func put(_ index: UInt32) {
            if lineLength > 0, column == lineLength {
                characters.append(0x0A)
                column = 0
            }
            characters.append(alphabet[Int(index & 0x3F)])
            column += 1
        }
        var group: UInt32 = 0
        var count = 0
        for octet in octets {
            group = group << 8 | UInt32(octet)
            count += 1
            guard count == 3 else { continue }
            for shift in [UInt32(18), 12, 6, 0] { put(group >> shift) }
            group = 0
            count = 0
        }
        if count > 0 {
            group <<= UInt32(24 - count * 8)
            for shift in [UInt32(18), 12, 6].prefix(count + 1) { put(group >> shift) }
            if padding { characters.append(contentsOf: [UInt8](repeating: 0x3D, count: 3 - count)) }
        }
        return String(decoding: characters, as: UTF8.self)
    }

    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
    private static let standardAlphabet = letters + [0x2B, 0x2F]
    private static let urlAlphabet = letters + [0x2D, 0x5F]
}

extension Base64 {
    /// Takes characters one at a time; holds at most three octets' worth of bits.
    private struct Decoder {
        let tolerance: Tolerance
        var octets: [UInt8] = []
        var bits: UInt32 = 0
        /// Characters in the group of four so far.
        var count = 0
        var padding = 0

        init(tolerance: Tolerance, capacity: Int) {
            self.tolerance = tolerance
            octets.reserveCapacity(capacity)
        }

        /// Takes one character; `false` when it does not belong here.
        mutating func take(_ character: UInt8) -> Bool {
            if character == 0x3D {
                padding += 1
                return tolerance == .tolerant || padding <= 2
            }
            guard let value = Self.value(character, tolerance) else {
                return tolerance == .tolerant && (character == 0x20 || (0x09...0x0D).contains(character))
            }
            guard padding == 0 else { return false }
            bits = bits << 6 | UInt32(value)
            count += 1
            if count == 4 {
                octets.append(UInt8(truncatingIfNeeded: bits >> 16))
                octets.append(UInt8(truncatingIfNeeded: bits >> 8))
                octets.append(UInt8(truncatingIfNeeded: bits))
                bits = 0
                count = 0
            }
            return true
        }

        /// The octets, when what is left over is a valid end.
        mutating func finish() -> [UInt8]? {
            let isStrict = tolerance == .strict
            switch count {
            case 0:
                return isStrict && padding != 0 ? nil : octets
            case 2:
                if isStrict, padding != 2 || bits & 0x0F != 0 { return nil }
                octets.append(UInt8(truncatingIfNeeded: bits >> 4))
                return octets
            case 3:
                if isStrict, padding != 1 || bits & 0x03 != 0 { return nil }
                octets.append(UInt8(truncatingIfNeeded: bits >> 10))
                octets.append(UInt8(truncatingIfNeeded: bits >> 2))
                return octets
            default:
                return nil
            }
        }

        private static func value(_ character: UInt8, _ tolerance: Tolerance) -> UInt8? {
            switch character {
            case 0x41...0x5A: character - 0x41
            case 0x61...0x7A: character - 0x47
            case 0x30...0x39: character + 4
            case 0x2B: 62
            case 0x2F: 63
            case 0x2D where tolerance == .tolerant: 62
            case 0x5F where tolerance == .tolerant: 63
            default: nil
            }
        }
    }
}

extension Collection where Element == UInt8 {
    /// Runs work over the octets as they lie in memory, or over a copy that does.
    ///
    /// Code over any collection is not specialized across modules; over a buffer it costs a tenth.
    func withOctets<Value>(_ work: (UnsafeBufferPointer<UInt8>) -> Value) -> Value {
        withContiguousStorageIfAvailable(work) ?? Array(self).withUnsafeBufferPointer(work)
    }
}
