// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import Testing

@Suite("Octets of ASCII")
struct ASCIITests {
    @Test(arguments: UInt8.min...UInt8.max)
    func `digits and letters are those of ASCII, and only capitals change`(_ octet: UInt8) {
        let character = Character(Unicode.Scalar(octet))
        #expect(octet.isASCIIDigit == (character.isASCII && character.isNumber))
        #expect(octet.isASCIILetter == (character.isASCII && character.isLetter))
        let isCapital = character.isASCII && character.isUppercase
        #expect(octet.asciiLowercased == (isCapital ? octet + 0x20 : octet))
        let isWord = octet.isASCIIDigit || octet.isASCIILetter
        #expect(octet.isUnreserved == (isWord || "-._~".utf8.contains(octet)))
        #expect(octet.isAtomText == (isWord || "!#$%&'*+-/=?^_`{|}~".utf8.contains(octet)))
    }
}
