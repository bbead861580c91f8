// SPDX-License-Identifier: Apache-2.0

extension ASN1Element {
    /// The text of any string type, `nil` when the element is none or its octets are no text of that type.
    ///
    /// Nor are they when more combining marks follow one another than in any text, since comparing such a string takes
    /// minutes.
    ///
    /// TeletexString is read as Latin-1, which is what its writers put there. The seven-bit types are read as UTF-8
    /// when that is valid and as Latin-1 otherwise, because many writers ignore the limits of those types.
    ///
    /// Source: ITU-T X.680, section 41.
    public var text: String? {
        guard let octets = try? stringOctets(), let text = characters(octets), text.isStreamSafe else { return nil }
        return text
    }

    private func characters(_ octets: ArraySlice<UInt8>) -> String? {
        switch tag {
        case .utf8String: String(validating: octets, as: UTF8.self)
        case .printableString, .ia5String, .numericString, .visibleString:
            String(validating: octets, as: UTF8.self) ?? Self.latin1(octets)
        case .teletexString: Self.latin1(octets)
        case .bmpString: Self.utf16(octets)
        case .universalString: Self.ucs4(octets)
        default: nil
        }
    }

    /// Every octet as the character of the same number.
    static func latin1(_ octets: some Collection<UInt8>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: octets.lazy.map { Unicode.Scalar($0) })
        return String(text)
    }

    /// UCS-2 big-endian; surrogate pairs are joined, as Windows writes them.
    private static func utf16(_ octets: ArraySlice<UInt8>) -> String? {
        guard octets.count.isMultiple(of: 2) else { return nil }
        var units: [UInt16] = []
        units.reserveCapacity(octets.count / 2)
        var high: UInt16?
        for octet in octets {
            if let first = high {
                units.append(first << 8 | UInt16(octet))
                high = nil
            } else {
                high = UInt16(octet)
            }
        }
        return String(validating: units, as: UTF16.self)
    }

    /// UCS-4 big-endian.
    private static func ucs4(_ octets: ArraySlice<UInt8>) -> String? {
        guard octets.count.isMultiple(of: 4) else { return nil }
        var text = String.UnicodeScalarView()
        var value: UInt32 = 0
        for (position, octet) in octets.enumerated() {
            value = value << 8 | UInt32(octet)
            guard position % 4 == 3 else { continue }
            guard let scalar = Unicode.Scalar(value) else { return nil }
            text.append(scalar)
            value = 0
        }
        return String(text)
    }
}
