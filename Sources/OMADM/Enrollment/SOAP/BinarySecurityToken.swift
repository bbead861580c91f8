// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Octets in Base64 with the name of what they are.
///
/// Devices put one into the security header, to show who asks, and one into the body, with the request for a
/// certificate; servers put one into the reply, with the provisioning document.
///
/// ```
/// wsse:BinarySecurityToken ValueType="…" EncodingType="…#base64binary"
///   Base64, line breaks allowed
/// ```
///
/// Source: WS-Security SOAP Message Security 1.0, section 6.3; MS-MDE2, sections 3.3.4.1.1.1 and 3.4.4.1.1.1.
public struct BinarySecurityToken: Hashable, Sendable {
    /// What the octets are.
    public var valueType: ValueType
    /// The octets.
    public var octets: [UInt8]

    /// Makes a token.
    public init(_ valueType: ValueType, octets: [UInt8]) {
        self.valueType = valueType
        self.octets = octets
    }

    /// Microsoft's name of Base64, which WS-Security spells otherwise.
    private static let encodingType = SOAPNamespace.security + "#base64binary"

    /// Reads a token; either alphabet of Base64 and white space are taken.
    ///
    /// - Throws: ``OMADMError``.
    public init(parsing element: MarkupElement) throws(OMADMError) {
        guard let type = Self.attribute("ValueType", of: element), !type.isEmpty else { throw .missing("ValueType") }
        guard type.utf8.count <= MDELimits.text else {
            throw .limitExceeded("octets of ValueType", limit: MDELimits.text)
        }
        let encoding = Self.attribute("EncodingType", of: element)
        guard encoding.map({ $0.lowercased().hasSuffix("#base64binary") }) ?? true else {
            throw .malformed("EncodingType", reason: "is other than Base64")
        }
        let text = try element.leafText(limit: MDELimits.token)
        guard !text.isEmpty else { throw .missing("text of BinarySecurityToken") }
        guard let octets = Base64.decode(text, tolerance: .tolerant), !octets.isEmpty else {
            throw .malformed("BinarySecurityToken", reason: "is no Base64")
        }
        self.init(ValueType(rawValue: type), octets: octets)
    }

    /// An attribute, with or without the prefix of WS-Security: some clients write it.
    private static func attribute(_ name: String, of element: MarkupElement) -> String? {
        element.attribute(name) ?? element.attribute(name, namespace: SOAPNamespace.security)
    }

    var markup: MarkupElement {
        MarkupElement(
            "BinarySecurityToken", namespace: SOAPNamespace.security,
            attributes: [
                MarkupAttribute("ValueType", valueType.rawValue), MarkupAttribute("EncodingType", Self.encodingType),
            ], text: Base64.encode(octets))
    }
}

extension BinarySecurityToken: CustomStringConvertible, CustomDebugStringConvertible {
    /// The type and the length; never the octets, which may be a credential.
    public var description: String { "BinarySecurityToken(\(valueType.rawValue), \(octets.count) octets)" }

    /// The type and the length.
    public var debugDescription: String { description }
}

extension BinarySecurityToken {
    /// What the octets of a token are.
    public struct ValueType: RawRepresentable, Hashable, Sendable {
        /// The URI.
        public let rawValue: String

        /// Takes any URI.
        public init(rawValue: String) { self.rawValue = rawValue }

        private static let configurationManager =
            "http://schemas.microsoft.com/5.0.0.0/ConfigurationManager/Enrollment/"

        /// What the sign-in page of a Federated enrolment returned.
        public static let deviceEnrollmentUserToken = ValueType(
            rawValue: configurationManager + "DeviceEnrollmentUserToken")
        /// The provisioning document.
        public static let deviceEnrollmentProvisionDoc = ValueType(
            rawValue: configurationManager + "DeviceEnrollmentProvisionDoc")
        /// A JSON Web Token of Entra.
        public static let jwt = ValueType(rawValue: "urn:ietf:params:oauth:token-type:jwt")
        /// A request for a certificate.
        public static let pkcs10 = ValueType(rawValue: SOAPNamespace.enrollment + "#PKCS10")
        /// A renewal: a request in a SignedData.
        public static let pkcs7 = ValueType(rawValue: SOAPNamespace.enrollment + "#PKCS7")
        /// A renewal, as Microsoft's page on renewals names it.
        public static let pkcs7OfRenewalSample = ValueType(rawValue: SOAPNamespace.security + "#PKCS7")
    }
}
