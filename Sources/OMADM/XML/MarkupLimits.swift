// SPDX-License-Identifier: Apache-2.0

/// What a document may cost its reader.
///
/// Every number bounds work or memory that the peer would otherwise choose.
public struct MarkupLimits: Hashable, Sendable {
    /// Octets of the document as received.
    ///
    /// The default is far above any management message, which carries at most some certificates and policies.
    public var octets = 8 << 20
    /// Elements inside one another.
    ///
    /// SyncML needs 9, SOAP 12, an embedded management tree twice its depth.
    public var depth = 32
    /// Elements of the document.
    ///
    /// 10,000 commands of 16 elements, and room.
    public var elements = 200_000
    /// Attributes of one element, namespace declarations included.
    ///
    /// A SOAP envelope of .NET declares 8.
    public var attributes = 32
    /// Octets of one attribute value as written.
    ///
    /// Provisioning documents carry certificates in attributes.
    public var attributeOctets = 256 << 10
    /// Octets of one run of text as written.
    ///
    /// The longest are a PFX or an installer's manifest in Base64.
    public var textOctets = 8 << 20
    /// Octets of one name, its prefix included.
    public var nameOctets = 256
    /// Namespaces that one document names, and prefixes in force at one place.
    public var namespaces = 64

    /// The default limits.
    public init() {}

    /// The default limits with other bounds on size and depth.
    ///
    /// - Parameters:
    ///   - octets: octets of the document.
    ///   - depth: elements inside one another.
    public init(octets: Int, depth: Int = 32) {
        self.octets = octets
        self.depth = depth
    }
}
