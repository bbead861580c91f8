// SPDX-License-Identifier: Apache-2.0

// Attributes Windows puts into its requests. None of them is needed; what cannot be read is as if absent.
extension CertificationRequest {
    /// Names and values the client gives to the authority.
    ///
    /// Pairs arrive as several values of one attribute, as several attributes, or as a SEQUENCE OF pairs in one value.
    ///
    /// ```
    /// EnrollmentNameValuePair ::= SEQUENCE { name BMPString, value BMPString }
    /// ```
    ///
    /// Source: MS-WCCE, section 2.2.2.7.10.
    public var enrollmentNameValuePairs: [EnrollmentNameValuePair] {
        values(of: .microsoftEnrollmentNameValuePair).flatMap { value -> [EnrollmentNameValuePair] in
            guard let element = try? ASN1Element(parsing: value) else { return [] }
            if let pair = try? EnrollmentNameValuePair(parsing: element) { return [pair] }
            guard var members = try? element.fields(of: element.tag),
                let pairs = try? members.all(limit: Attribute.valueLimit)
            else { return [] }
            return pairs.compactMap { try? EnrollmentNameValuePair(parsing: $0) }
        }
    }

    /// The version of Windows, such as `10.0.19045.2`.
    ///
    /// Source: MS-WCCE, section 2.2.2.7.1 (szOID_OS_VERSION).
    public var osVersion: String? {
        firstElement(of: .microsoftOSVersion)?.text
    }

    /// The provider that made the key.
    ///
    /// Source: MS-WCCE, section 2.2.2.7.2 (szOID_ENROLLMENT_CSP_PROVIDER).
    public var cspProvider: CSPProvider? {
        firstElement(of: .microsoftEnrollmentCSPProvider).flatMap { try? CSPProvider(parsing: $0) }
    }

    /// The machine, user and process that made the request.
    ///
    /// Source: MS-WCCE, section 2.2.2.7.4 (szOID_REQUEST_CLIENT_INFO).
    public var requestClientInfo: RequestClientInfo? {
        firstElement(of: .microsoftRequestClientInfo).flatMap { try? RequestClientInfo(parsing: $0) }
    }

    /// The certificate this request renews.
    ///
    /// Source: MS-WCCE, section 2.2.2.7.3 (szOID_RENEWAL_CERTIFICATE).
    public var renewalCertificate: CertificateView? {
        firstElement(of: .microsoftRenewalCertificate).flatMap { try? CertificateView(parsing: $0) }
    }

    /// The validity asked for by the pairs `ValidityPeriod` and `ValidityPeriodUnits`; `nil` when absent, zero or not
    /// understood.
    ///
    /// Source: MS-WCCE, section 2.2.2.7.10.
    public var requestedValidity: RequestedValidity? {
        let pairs = enrollmentNameValuePairs
        func value(_ name: String) -> String? { pairs.first { $0.name.lowercased() == name }?.value.trimmed }
        guard let unit = value("validityperiod").flatMap(RequestedValidity.Unit.init(name:)),
            let amount = value("validityperiodunits").flatMap({ Int($0) }), amount > 0
        else { return nil }
        return RequestedValidity(amount: amount, unit: unit)
    }

    private func firstElement(of type: OID) -> ASN1Element? {
        values(of: type).first.flatMap { try? ASN1Element(parsing: $0) }
    }
}

/// A name and a value a Windows client gives to the authority.
///
/// Source: MS-WCCE, section 2.2.2.7.10.
public struct EnrollmentNameValuePair: Hashable, Sendable, DEREncodable {
    /// The name, such as `ValidityPeriod`.
    public let name: String
    /// The value.
    public let value: String

    /// Makes a pair.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    /// Reads a pair of any string types; trailing NULs are cut off.
    ///
    /// - Throws: ``FormatError``.
    public init(parsing element: ASN1Element) throws(FormatError) {
        var fields = try element.fields()
        self.name = try fields.nextText("name of a pair")
        self.value = try fields.nextText("value of a pair")
        try fields.finish()
    }

    /// Appends the DER of this pair.
    public func encode(into writer: inout DERWriter) {
        writer.sequence { writer in
            writer.string(name, as: .bmpString)
            writer.string(value, as: .bmpString)
        }
    }
}

/// The provider that made the key of a Windows request.
///
/// ```
/// CSPProvider ::= SEQUENCE { keySpec INTEGER, cspName BMPString, signature BIT STRING }
/// ```
///
/// Source: MS-WCCE, section 2.2.2.7.2.
public struct CSPProvider: Hashable, Sendable {
    /// 1 for a key that encrypts, 2 for one that signs; 0 from newer providers.
    public let keySpec: Int
    /// The provider, such as `Microsoft Software Key Storage Provider`.
    public let name: String

    init(parsing element: ASN1Element) throws(FormatError) {
        var fields = try element.fields()
        self.keySpec = try fields.next(.integer).int()
        self.name = try fields.nextText("name of a provider")
    }
}

/// The machine, user and process that made a Windows request.
///
/// ```
/// RequestClientInfo ::= SEQUENCE {
///     clientId INTEGER, machineName UTF8String, userName UTF8String, processName UTF8String }
/// ```
///
/// Source: MS-WCCE, section 2.2.2.7.4.
public struct RequestClientInfo: Hashable, Sendable {
    /// What kind of client it was; 5 is certreq, 9 certenroll's default.
    public let clientID: Int?
    /// The machine's name.
    public let machineName: String?
    /// The user's name, `DOMAIN\user`.
    public let userName: String?
    /// The program.
    public let processName: String?

    init(parsing element: ASN1Element) throws(FormatError) {
        var fields = try element.fields()
        self.clientID = try fields.nextIf(.integer)?.int()
        self.machineName = fields.isAtEnd ? nil : try fields.nextText("machine")
        self.userName = fields.isAtEnd ? nil : try fields.nextText("user")
        self.processName = fields.isAtEnd ? nil : try fields.nextText("process")
    }
}

extension ASN1Reader {
    /// Consumes a string of any type; trailing NULs are cut off.
    fileprivate mutating func nextText(_ field: String) throws(FormatError) -> String {
        guard let text = try next().text else { throw .invalidValue(field: field, reason: "not a string") }
        var scalars = text.unicodeScalars[...]
        while scalars.last == "\0" { scalars = scalars.dropLast() }
        return String(scalars)
    }
}
