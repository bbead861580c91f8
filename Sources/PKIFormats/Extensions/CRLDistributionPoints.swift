// SPDX-License-Identifier: Apache-2.0

/// Where the CRL that covers a certificate is found.
///
/// ```
/// CRLDistributionPoints ::= SEQUENCE SIZE (1..MAX) OF DistributionPoint
/// ```
///
/// Source: RFC 5280, section 4.2.1.13.
public struct CRLDistributionPoints: CertificateExtensionValue {
    /// 2.5.29.31.
    public static let extensionOID = OID.crlDistributionPoints

    /// The points in order.
    public let points: [DistributionPoint]

    /// Makes a list of points.
    public init(_ points: [DistributionPoint]) { self.points = points }

    /// One point whose names are URIs of the same CRL.
    public init(uris: [String]) { self.init([DistributionPoint(name: .fullName(uris.map { .uri($0) }))]) }

    /// Reads the contents of the OCTET STRING.
    ///
    /// - Throws: ``FormatError``.
    public init(parsing value: [UInt8]) throws(FormatError) {
        self.points = try DistributionPoint.list(parsing: value)
    }

    /// Appends the value.
    public func encode(into writer: inout DERWriter) {
        writer.sequence { writer in
            for point in points { writer.append(point) }
        }
    }

    /// All URIs in order.
    public var uris: [String] { points.flatMap(\.uris) }
}
