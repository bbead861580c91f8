// SPDX-License-Identifier: Apache-2.0

/// The name of a subject or issuer: a sequence of sets of attributes.
///
/// ```
/// Name ::= SEQUENCE OF RelativeDistinguishedName
/// RelativeDistinguishedName ::= SET SIZE (1..MAX) OF AttributeTypeAndValue
/// ```
///
/// ``derBytes`` of a name that was parsed are the received octets, string types and all: clients chain certificates
/// by comparing these octets.
///
/// Source: RFC 5280, section 4.1.2.4.
public struct DistinguishedName: Sendable, DEREncodable {
    /// Attributes a name may hold.
    ///
    /// Names in use stay under 20; a certificate transparency log has seen 200.
    public static let attributeLimit = 256

    /// The relative names in encoding order, the root's end first.
    public let rdns: [[AttributeTypeAndValue]]
    /// The whole name as received or written.
    public let derBytes: [UInt8]

    /// The name without attributes.
    public static let empty = DistinguishedName(rdns: [])

    /// Writes a name; relative names are given in encoding order.
    public init(rdns: [[AttributeTypeAndValue]]) {
        let rdns = rdns.filter { !$0.isEmpty }.map(Self.sorted)
        var writer = DERWriter(capacity: 128)
        writer.sequence { writer in
            for rdn in rdns {
                writer.constructed(.set) { writer in
                    for attribute in rdn { writer.append(attribute) }
                }
            }
        }
        self.rdns = rdns
        self.derBytes = writer.bytes
    }

    /// Writes a name of single-valued relative names in encoding order.
    public init(_ attributes: [(type: OID, text: String)]) {
        self.init(rdns: attributes.map { [AttributeTypeAndValue(type: $0.type, text: $0.text)] })
    }

    /// Reads a name; unknown attributes and empty sets are accepted.
    ///
    /// - Throws: ``FormatError`` when the element is no Name or has over ``attributeLimit`` attributes.
    public init(parsing element: borrowing ASN1Element) throws(FormatError) {
        var fields = try element.fields()
        var rdns: [[AttributeTypeAndValue]] = []
        var budget = Self.attributeLimit
        while !fields.isAtEnd {
            var members = try fields.next(.set).fields(of: .set)
            var rdn: [AttributeTypeAndValue] = []
            repeat {
                guard budget > 0 else { throw .limitExceeded("attributes of a name", limit: Self.attributeLimit) }
                budget -= 1
                if !members.isAtEnd { rdn.append(try AttributeTypeAndValue(parsing: members.next())) }
            } while !members.isAtEnd
            rdns.append(rdn)
        }
        self.rdns = rdns
        self.derBytes = Array(element.encoded)
    }

    /// The attributes of one relative name in the order DER demands of a SET OF.
    private static func sorted(_ rdn: [AttributeTypeAndValue]) -> [AttributeTypeAndValue] {
        guard rdn.count > 1 else { return rdn }
        return rdn.map { ($0, $0.derBytes) }.sorted { $0.1.lexicographicallyPrecedes($1.1) }.map(\.0)
    }

    /// Keeps a name that could not be read, so that a certificate around it still can be looked at.
    init(unreadable element: borrowing ASN1Element) {
        self.rdns = []
        self.derBytes = Array(element.encoded)
    }

    /// Appends the octets as received or written.
    public func encode(into writer: inout DERWriter) { writer.append(derBytes) }

    /// Whether the name has no attributes.
    public var isEmpty: Bool { rdns.allSatisfy(\.isEmpty) }

    /// All attributes in encoding order.
    public var attributes: [AttributeTypeAndValue] { rdns.flatMap { $0 } }

    /// The text of the first attribute of a type, in encoding order.
    public func text(of type: OID) -> String? {
        for rdn in rdns {
            for attribute in rdn where attribute.type == type {
                if let text = attribute.text { return text }
            }
        }
        return nil
    }

    /// The text of the last, most specific commonName.
    public var commonName: String? {
        attributes.last { $0.type == .commonName && $0.text != nil }?.text
    }
}

extension DistinguishedName: Hashable, CustomStringConvertible {
    /// Whether both are the same octets.
    ///
    /// For what names mean, see ``matches(_:)``.
    public static func == (left: DistinguishedName, right: DistinguishedName) -> Bool {
        left.derBytes == right.derBytes
    }

    /// Hashes the octets.
    public func hash(into hasher: inout Hasher) { hasher.combine(octets: derBytes) }

    /// The RFC 4514 form.
    public var description: String { rfc4514 }
}
