// SPDX-License-Identifier: Apache-2.0

/// An extension whose value is understood.
///
/// `encode(into:)` writes what goes into the OCTET STRING.
public protocol CertificateExtensionValue: Hashable, Sendable, DEREncodable {
    /// The extension's identifier.
    static var extensionOID: OID { get }
    /// Whether the extension is critical when this project writes it.
    var isCriticalByDefault: Bool { get }
    /// Reads the contents of the OCTET STRING.
    ///
    /// - Throws: ``FormatError`` when they are something else.
    init(parsing value: [UInt8]) throws(FormatError)
}

extension CertificateExtensionValue {
    /// Not critical unless the type says otherwise.
    public var isCriticalByDefault: Bool { false }

    /// The extension with its default criticality.
    public var certificateExtension: CertificateExtension { certificateExtension(isCritical: isCriticalByDefault) }

    /// The extension with a given criticality.
    public func certificateExtension(isCritical: Bool) -> CertificateExtension {
        CertificateExtension(oid: Self.extensionOID, isCritical: isCritical, value: derBytes)
    }
}

extension [CertificateExtension] {
    /// The first extension of an identifier.
    public func first(_ oid: OID) -> CertificateExtension? {
        // Looks at the identifiers alone; handing each element to a closure would copy it.
        for index in indices where self[index].oid == oid { return self[index] }
        return nil
    }

    /// The value of the first extension of a type, `nil` when it is absent or cannot be read.
    public func value<Value: CertificateExtensionValue>(_ type: Value.Type = Value.self) -> Value? {
        first(Value.extensionOID).flatMap { try? Value(parsing: $0.value) }
    }
}
