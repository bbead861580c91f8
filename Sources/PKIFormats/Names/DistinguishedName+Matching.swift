// SPDX-License-Identifier: Apache-2.0

extension DistinguishedName {
    /// Whether two names are the same to X.509: case, surplus white space and string types do not count.
    ///
    /// Relative names must stand in the same order; attributes of one relative name may not. Values that are no text
    /// are compared as octets.
    ///
    /// Source: RFC 5280, section 7.1.
    public func matches(_ other: DistinguishedName) -> Bool {
        if derBytes == other.derBytes { return true }
        guard rdns.count == other.rdns.count else { return false }
        return zip(rdns, other.rdns).allSatisfy { Set($0.map(\.comparable)) == Set($1.map(\.comparable)) }
    }

    /// Whether two names have the same relative names in any order.
    ///
    /// Some SCEP clients turn the issuer around in the recipient they encrypt to (jscep issue 180).
    public func matchesIgnoringOrder(_ other: DistinguishedName) -> Bool {
        if matches(other) { return true }
        guard rdns.count == other.rdns.count else { return false }
        return counted == other.counted
    }

    private var counted: [Set<ComparableAttribute>: Int] {
        Dictionary(rdns.map { (Set($0.map(\.comparable)), 1) }) { $0 + $1 }
    }
}

/// An attribute in the form in which it is compared.
struct ComparableAttribute: Hashable {
    let type: OID
    /// Folded text, or `nil` with the octets in `raw`.
    let text: String?
    let raw: [UInt8]
}

extension AttributeTypeAndValue {
    var comparable: ComparableAttribute {
        guard let text else { return ComparableAttribute(type: type, text: nil, raw: value) }
        return ComparableAttribute(type: type, text: text.foldedForComparison, raw: [])
    }
}

extension String {
    /// Lower case, white space trimmed and runs of it made one space.
    ///
    /// Swift compares strings by canonical equivalence, which is the normalisation stringprep asks for.
    ///
    /// Source: RFC 4518, sections 2.2, 2.3 and 2.6.1.
    var foldedForComparison: String {
        split { $0.isWhitespace }.joined(separator: " ").lowercased()
    }
}
