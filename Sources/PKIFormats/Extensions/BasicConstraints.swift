// SPDX-License-Identifier: Apache-2.0

/// Whether the subject is a certificate authority, and how many more may follow below it.
///
/// ```
/// BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER (0..MAX) OPTIONAL }
/// ```
///
/// Source: RFC 5280, section 4.2.1.9.
public enum BasicConstraints: CertificateExtensionValue {
    /// Not an authority.
    case endEntity
    /// An authority; `pathLength` authorities may follow below it, any number when `nil`.
    case authority(pathLength: Int?)

    /// 2.5.29.19.
    public static let extensionOID = OID.basicConstraints

    /// Critical for authorities.
    public var isCriticalByDefault: Bool { isAuthority }

    /// Whether the subject is an authority.
    public var isAuthority: Bool { self != .endEntity }

    /// How many authorities may follow below; `nil` for any number and for end entities.
    public var pathLength: Int? {
        guard case .authority(let pathLength) = self else { return nil }
        return pathLength
    }

    /// Reads the contents of the OCTET STRING; a path length of an end entity is ignored.
    ///
    /// - Throws: ``FormatError``, also for a negative path length.
    public init(parsing value: [UInt8]) throws(FormatError) {
        var fields = try ASN1Element(parsing: value).fields()
        let isAuthority = try fields.nextIf(.boolean)?.boolean() ?? false
        let pathLength = try fields.nextIf(.integer)?.int()
        try fields.finish()
        if let pathLength, pathLength < 0 {
            throw .invalidValue(field: "pathLenConstraint", reason: "negative")
        }
        self = isAuthority ? .authority(pathLength: pathLength) : .endEntity
    }

    /// Appends the value.
    public func encode(into writer: inout DERWriter) {
        writer.sequence { writer in
            guard case .authority(let pathLength) = self else { return }
            writer.boolean(true)
            if let pathLength { writer.integer(pathLength) }
        }
    }
}
