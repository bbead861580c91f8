// SPDX-License-Identifier: Apache-2.0

/// Where the delta CRL is found that brings a full CRL up to date.
///
/// ```
/// FreshestCRL ::= CRLDistributionPoints
/// ```
///
/// Source: RFC 5280, sections 4.2.1.15 and 5.2.6.
public struct FreshestCRL: CertificateExtensionValue {
    /// 2.5.29.46.
    public static let extensionOID = OID.freshestCRL

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
    public func encode(into writer: inout DERWriter) { CRLDistributionPoints(points).encode(into: &writer) }

    /// All URIs in order.
    public var uris: [String] { points.flatMap(\.uris) }
}
