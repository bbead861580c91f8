// SPDX-License-Identifier: Apache-2.0

/// TLS extensions the subject promises to support.
///
/// ```
/// Features ::= SEQUENCE OF INTEGER
/// ```
///
/// Source: RFC 7633, section 4.1.
public struct TLSFeature: CertificateExtensionValue {
    /// 1.3.6.1.5.5.7.1.24.
    public static let extensionOID = OID.tlsFeature
    /// The server always staples an OCSP answer.
    public static let mustStaple = TLSFeature([5])

    /// Numbers of TLS extensions.
    public let features: [Int]

    /// Makes a list of TLS extension numbers.
    public init(_ features: [Int]) { self.features = features }

    /// Reads the contents of the OCTET STRING.
    ///
    /// - Throws: ``FormatError``.
    public init(parsing value: [UInt8]) throws(FormatError) {
        var fields = try ASN1Element(parsing: value).fields()
        var features: [Int] = []
        for element in try fields.all(limit: 64) { features.append(try element.int()) }
        self.features = features
    }

    /// Appends the value.
    public func encode(into writer: inout DERWriter) {
        writer.sequence { writer in
            for feature in features { writer.integer(feature) }
        }
    }
}
