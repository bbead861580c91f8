// SPDX-License-Identifier: Apache-2.0

/// The octets that a password becomes, which differ by scheme and by program.
///
/// The derivation of PKCS#12 wants a BMPString closed by two zero octets, PBES2 and PBMAC1 want UTF-8. Beyond ASCII
/// programs disagree, and "no password" is written as the empty BMPString with its two zeros by most and as nothing at
/// all by others; so more than one form can be tried.
///
/// Source: RFC 7292, appendix B.1; RFC 8018, section 3; RFC 9579, section 6.
struct PKCS12Password {
    /// One way to write the password.
    struct Form: Hashable {
        /// For the derivation of PKCS#12.
        let bmpString: [UInt8]
        /// For PBKDF1, PBKDF2 and scrypt.
        let octets: [UInt8]

        /// For PBES2: UTF-8 first, then the BMPString that NSS used until 3.31.
        var forPBES2: [[UInt8]] { octets == bmpString ? [octets] : [octets, bmpString] }
    }

    /// The ways in the order in which they are tried; at least one.
    let forms: [Form]

    /// Takes the octets of a password file.
    ///
    /// - Parameter octets: UTF-8; when it is none, each octet is a character, as old programs under Windows-1252 wrote.
    init(_ octets: [UInt8]) {
        guard !octets.isEmpty else {
            forms = [Form(bmpString: [0, 0], octets: []), Form(bmpString: [], octets: [])]
            return
        }
        let widened = Form(bmpString: Self.closed(octets.flatMap { [0, $0] }), octets: octets)
        guard octets.contains(where: { $0 >= 0x80 }), let text = String(validating: octets, as: UTF8.self) else {
            forms = [widened]
            return
        }
        // Characters beyond the BMP become surrogate pairs, as Windows, Java and OpenSSL write them. OpenSSL until 1.0
        // widened the octets of UTF-8 as if they were Latin-1; programs under Latin-1 gave PBES2 that.
        let bmpString = Self.closed(text.utf16.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] })
        var forms = [Form(bmpString: bmpString, octets: octets), widened]
        let latin1 = text.unicodeScalars.compactMap { UInt8(exactly: $0.value) }
        if latin1.count == text.unicodeScalars.count { forms.append(Form(bmpString: bmpString, octets: latin1)) }
        self.forms = forms
    }

    /// The form in which we write: UTF-8 and UTF-16.
    var written: Form { forms[0] }

    private static func closed(_ octets: [UInt8]) -> [UInt8] { octets + [0, 0] }
}
