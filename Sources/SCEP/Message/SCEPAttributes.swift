// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

/// The signed attributes of a SCEP message, read with the tolerance that real clients need.
///
/// Source: RFC 8894, section 3.2.1.
public struct SCEPAttributes: Sendable {
    private let attributes: [Attribute]

    /// Takes the signed attributes of a SignerInfo as received.
    public init(_ attributes: [Attribute]) { self.attributes = attributes }

    /// The transaction; `nil` when the attribute is absent.
    ///
    /// - Throws: ``SCEPError`` when it is repeated, empty or too long.
    public func transactionID() throws(SCEPError) -> TransactionID? {
        guard let value = try value(of: .scepTransactionID) else { return nil }
        return try TransactionID(parsing: value)
    }

    /// The first transactionID that can be read, whatever else is wrong: what a refusal of this message repeats.
    public var answerableTransactionID: TransactionID? {
        for attribute in attributes where attribute.type == .scepTransactionID {
            for value in attribute.values {
                if let element = try? ASN1Element(parsing: value), let id = try? TransactionID(parsing: element) {
                    return id
                }
            }
        }
        return nil
    }

    /// What the message is; `nil` when the attribute is absent.
    ///
    /// - Throws: ``SCEPError`` when it is repeated, empty or no number.
    public func messageType() throws(SCEPError) -> MessageType? {
        guard let text = try text(of: .scepMessageType) else { return nil }
        return try MessageType(parsing: text)
    }

    /// How the request ended; `nil` when the attribute is absent.
    ///
    /// - Throws: ``SCEPError`` when it is repeated, empty or undefined.
    public func pkiStatus() throws(SCEPError) -> PKIStatus? {
        guard let text = try text(of: .scepPKIStatus) else { return nil }
        return try PKIStatus(parsing: text)
    }

    /// Why the request was refused; `nil` when the attribute is absent.
    ///
    /// - Throws: ``SCEPError`` when it is repeated, empty or undefined.
    public func failInfo() throws(SCEPError) -> FailInfo? {
        guard let text = try text(of: .scepFailInfo) else { return nil }
        return try FailInfo(parsing: text)
    }

    /// Why the request was refused, in the server's words; `nil` when absent or unreadable.
    public var failInfoText: String? {
        guard let text = try? text(of: .scepFailInfoText) else { return nil }
        return String(text.prefix(1024))
    }

    /// The sender's nonce; `nil` when the attribute is absent.
    ///
    /// - Throws: ``SCEPError`` when it is repeated, empty or too long.
    public func senderNonce() throws(SCEPError) -> Nonce? {
        guard let value = try value(of: .scepSenderNonce) else { return nil }
        return try Nonce(parsing: value)
    }

    /// The nonce this message answers; `nil` when the attribute is absent.
    ///
    /// - Throws: ``SCEPError`` when it is repeated, empty or too long.
    public func recipientNonce() throws(SCEPError) -> Nonce? {
        guard let value = try value(of: .scepRecipientNonce) else { return nil }
        return try Nonce(parsing: value)
    }

    /// When the sender says it signed; `nil` when absent or unreadable.
    ///
    /// Nothing depends on it.
    public var signingTime: Timestamp? {
        guard let value = try? value(of: .signingTime) else { return nil }
        return try? Timestamp(parsing: value)
    }

    /// States that every attribute SCEP defines has exactly one value and stands once.
    ///
    /// - Throws: ``SCEPError/repeated(_:)`` or ``SCEPError/malformed(_:reason:)``.
    ///
    /// Source: RFC 5652, section 11; RFC 8894, section 3.2.1.
    public func checkMultiplicity() throws(SCEPError) {
        for type in Self.singleValued { _ = try value(of: type) }
    }

    private static let singleValued: [OID] = [
        .scepTransactionID, .scepMessageType, .scepPKIStatus, .scepFailInfo, .scepFailInfoText, .scepSenderNonce,
        .scepRecipientNonce, .contentType, .messageDigest, .signingTime,
    ]
}

// MARK: - Single values

extension SCEPAttributes {
    /// The only value of the only attribute of a type.
    private func value(of type: OID) throws(SCEPError) -> ASN1Element? {
        guard let index = attributes.firstIndex(where: { $0.type == type }) else { return nil }
        let attribute = attributes[index]
        let isRepeated = attributes[(index + 1)...].contains { $0.type == type }
        guard !isRepeated, attribute.values.count <= 1 else { throw .repeated(type.nameOrDotted) }
        guard let value = attribute.values.first else { throw .malformed(type.nameOrDotted, reason: "no value") }
        return try reading { () throws(FormatError) in try ASN1Element(parsing: value) }
    }

    private func text(of type: OID) throws(SCEPError) -> String? {
        guard let value = try value(of: type) else { return nil }
        let octets = try Self.octets(of: value, named: type.nameOrDotted).trimming(while: Self.isPadding)
        guard !octets.isEmpty else { throw .malformed(type.nameOrDotted, reason: "empty") }
        let text = String(decoding: octets, as: UTF8.self)
        guard text.isStreamSafe else { throw .malformed(type.nameOrDotted, reason: "no text of any language") }
        return text
    }

    /// The contents of any of the string types that servers and clients use where the RFC says PrintableString.
    static func octets(of element: ASN1Element, named name: String) throws(SCEPError) -> [UInt8] {
        guard TransactionID.StringType(element.tag) != nil else {
            throw .malformed(name, reason: "\(element.tag) is not a string type")
        }
        return try reading { () throws(FormatError) in Array(try element.stringOctets()) }
    }

    /// Whether it is one of the NUL and space octets that old servers and clients put around a value.
    private static func isPadding(_ octet: UInt8) -> Bool { octet == 0 || octet == 0x20 }
}

/// Runs a reader of PKIFormats and tells its failure as one of this target.
func reading<Value>(_ body: () throws(FormatError) -> Value) throws(SCEPError) -> Value {
    do throws(FormatError) {
        return try body()
    } catch {
        throw .unreadable(error)
    }
}
