// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider

/// An algorithm and its parameters.
///
/// ```
/// AlgorithmIdentifier ::= SEQUENCE { algorithm OBJECT IDENTIFIER, parameters ANY DEFINED BY algorithm OPTIONAL }
/// ```
///
/// Source: RFC 5280, section 4.1.1.2.
public struct AlgorithmIdentifier: Hashable, Sendable, DEREncodable {
    /// Which algorithm.
    public let oid: OID
    /// The encoded element of the parameters, `nil` when absent; a NULL is `05 00`.
    public let parameters: [UInt8]?

    /// The parameters that most RSA algorithms ask for.
    public static let null: [UInt8] = [0x05, 0x00]

    /// Makes an identifier from its parts; `parameters` is an encoded element.
    public init(oid: OID, parameters: [UInt8]? = nil) {
        self.oid = oid
        self.parameters = parameters
    }

    /// Reads an identifier; unknown algorithms are kept as they are.
    ///
    /// - Throws: ``FormatError`` when the element is no AlgorithmIdentifier.
    public init(parsing element: borrowing ASN1Element) throws(FormatError) {
        var fields = try element.fields()
        self.oid = try fields.next(.objectIdentifier).oid()
        self.parameters = fields.isAtEnd ? nil : Self.parameters(try fields.next())
        try fields.finish()
    }

    /// The encoded element; NULL, which is usual, shares one array.
    private static func parameters(_ element: ASN1Element) -> [UInt8] {
        element.encoded.elementsEqual(null) ? null : Array(element.encoded)
    }

    /// Appends the DER of this identifier.
    public func encode(into writer: inout DERWriter) {
        writer.sequence { writer in
            writer.oid(oid)
            if let parameters { writer.append(parameters) }
        }
    }
}

// MARK: - Digests

extension AlgorithmIdentifier {
    /// Names a digest, without parameters as RFC 5754 asks; MD5 alone carries NULL.
    ///
    /// Source: RFC 5754, section 2; RFC 3370, section 2.
    public init(digest: DigestAlgorithm) {
        self.init(oid: OID(digest: digest), parameters: digest == .md5 ? Self.null : nil)
    }

    /// The digest this names, whatever its parameters; `nil` for anything else.
    public var digest: DigestAlgorithm? { DigestAlgorithm(oid: oid) }
}

extension OID {
    init(digest: DigestAlgorithm) {
        self =
            switch digest {
            case .md5: .md5
            case .sha1: .sha1
            case .sha224: .sha224
            case .sha256: .sha256
            case .sha384: .sha384
            case .sha512: .sha512
            }
    }
}

extension DigestAlgorithm {
    /// The digest an object identifier names.
    ///
    /// - Returns: `nil` when it names none that is supported.
    public init?(oid: OID) {
        switch oid {
        case .md5: self = .md5
        case .sha1: self = .sha1
        case .sha224: self = .sha224
        case .sha256: self = .sha256
        case .sha384: self = .sha384
        case .sha512: self = .sha512
        default: return nil
        }
    }
}
