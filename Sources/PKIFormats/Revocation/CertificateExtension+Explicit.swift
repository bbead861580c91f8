// SPDX-License-Identifier: Apache-2.0

extension CertificateExtension {
    /// Reads `Extensions` in an EXPLICIT tag; none when the field is absent.
    ///
    /// - Throws: ``FormatError``.
    static func list(parsingExplicit element: ASN1Element?) throws(FormatError) -> [CertificateExtension] {
        guard let element else { return [] }
        return try list(parsing: try element.explicitContent())
    }
}

extension [CertificateExtension] {
    /// Refuses what a reader must not skip.
    ///
    /// - Throws: ``FormatError/invalidValue(field:reason:)`` for a critical extension that is not among the known.
    func refuseUnknownCritical(known: [OID]) throws(FormatError) {
        if let unknown = first(where: { $0.isCritical && !known.contains($0.oid) }) {
            throw .invalidValue(field: "extension \(unknown.oid.nameOrDotted)", reason: "critical and not known here")
        }
    }
}
