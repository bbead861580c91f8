// SPDX-License-Identifier: Apache-2.0

extension DistinguishedName {
    /// Reads the RFC 4514 form, `CN=first,O=Example`, whose first relative name is the last one encoded.
    ///
    /// Beyond the RFC, spaces around `,` and `=`, semicolons as separators and values in double quotes are read, as
    /// RFC 2253 wrote them, and attribute names in any case and in Windows' spelling.
    ///
    /// - Throws: ``FormatError/invalidText(reason:)`` or ``FormatError/limitExceeded(_:limit:)``.
    ///
    /// Source: RFC 4514, section 3.
    public init(rfc4514 text: some StringProtocol) throws(FormatError) {
        var reader = try NameText(text, grammar: .rfc4514)
        self.init(rdns: try reader.relativeNames().reversed())
    }

    /// Reads the string Windows' `CertStrToName` takes, `CN="Doe, John", E=j@x.example`.
    ///
    /// Values are quoted when they hold a separator, a doubled quote stands for one, a backslash is an ordinary
    /// character; `#` and hexadecimal octets are an OCTET STRING; `,`, `;` and new lines separate. The order written is
    /// the order encoded, as with that function's default flags.
    ///
    /// - Throws: ``FormatError/invalidText(reason:)`` or ``FormatError/limitExceeded(_:limit:)``.
    public init(certStrToName text: some StringProtocol) throws(FormatError) {
        var reader = try NameText(text, grammar: .windows)
        self.init(rdns: try reader.relativeNames())
    }

    /// Reads what people type: OpenSSL's `/C=DE/O=x/CN=y` when it begins with a slash, else RFC 4514.
    ///
    /// `CN=a,O=b` therefore encodes O before CN.
    ///
    /// - Throws: ``FormatError/invalidText(reason:)`` or ``FormatError/limitExceeded(_:limit:)``.
    public init(text: some StringProtocol) throws(FormatError) {
        if text.utf8.first == 0x2F {
            var reader = try NameText(text, grammar: .openSSL)
            self.init(rdns: try reader.relativeNames())
        } else {
            try self.init(rfc4514: text)
        }
    }

    /// The RFC 4514 form: the last relative name first, values escaped.
    ///
    /// Attributes RFC 4514 has no short name for are written with their LDAP or PKCS#9 name (`serialNumber`,
    /// `emailAddress`); unknown ones with their dotted number and the value in hexadecimal. Control characters and
    /// those that turn the direction of writing are escaped, so the text is safe to print.
    ///
    /// Source: RFC 4514, section 2.
    public var rfc4514: String {
        rdns.reversed().filter { !$0.isEmpty }.map { $0.map(\.rfc4514).joined(separator: "+") }.joined(separator: ",")
    }
}

extension AttributeTypeAndValue {
    /// `type=value`, escaped.
    ///
    /// Source: RFC 4514, sections 2.3 and 2.4.
    var rfc4514: String {
        guard let known = NameAttribute.of(type), let text else { return "\(typeName)=#\(Hex.encode(value))" }
        return "\(known.name)=\(Self.escape(text))"
    }

    private static func escape(_ text: String) -> String {
        let scalars = text.unicodeScalars
        // Octets, because a name may be as long as its sender likes: each text made on the way would cost more.
        var escaped: [UInt8] = []
        escaped.reserveCapacity(text.utf8.count)
        let last = scalars.index(scalars.endIndex, offsetBy: -1, limitedBy: scalars.startIndex)
        for index in scalars.indices {
            let scalar = scalars[index]
            let octets = UTF8.encode(scalar) ?? .init([])
            if mustEscape(scalar, isFirst: index == scalars.startIndex, isLast: index == last) {
                escaped.append(backslash)
                escaped.append(contentsOf: octets)
            } else if scalar.isUnsafeToPrint {
                for octet in octets {
                    escaped.append(backslash)
                    escaped.append(Hex.digit(octet >> 4))
                    escaped.append(Hex.digit(octet & 0x0F))
                }
            } else {
                escaped.append(contentsOf: octets)
            }
        }
        return String(decoding: escaped, as: UTF8.self)
    }

    private static func mustEscape(_ scalar: Unicode.Scalar, isFirst: Bool, isLast: Bool) -> Bool {
        switch scalar {
        case "\"", "+", ",", ";", "<", ">", "\\": true
        case "#": isFirst
        case " ": isFirst || isLast
        default: false
        }
    }

    private static let backslash = UInt8(ascii: "\\")
}
