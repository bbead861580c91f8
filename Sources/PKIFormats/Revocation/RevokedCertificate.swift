// SPDX-License-Identifier: Apache-2.0

/// One line of a CRL that is to be written.
///
/// Source: RFC 5280, sections 5.1.2.6 and 5.3.
public struct RevokedCertificate: Hashable, Sendable {
    /// The serial number of the revoked certificate.
    public let serialNumber: SerialNumber
    /// When it was revoked.
    public let revocationDate: Timestamp
    /// Why; ``CRLReason/unspecified`` is not written, as the standard asks.
    public let reason: CRLReason
    /// Since when the key is known or suspected to be bad, when that is known.
    public let invalidityDate: Timestamp?

    /// Makes a line.
    public init(
        serialNumber: SerialNumber, revocationDate: Timestamp, reason: CRLReason = .unspecified,
        invalidityDate: Timestamp? = nil
    ) {
        self.serialNumber = serialNumber
        self.revocationDate = revocationDate
        self.reason = reason
        self.invalidityDate = invalidityDate
    }
}

extension RevokedCertificate: DEREncodable {
    /// Appends the entry of `revokedCertificates`.
    public func encode(into writer: inout DERWriter) {
        writer.sequence { writer in
            serialNumber.encode(into: &writer)
            writer.time(revocationDate)
            encodeExtensions(into: &writer)
        }
    }

    /// The extensions are written by hand because a CRL can have a million of them.
    private func encodeExtensions(into writer: inout DERWriter) {
        guard let invalidityDate else {
            if let extensions = Self.reasonOnly[reason] { writer.append(extensions) }
            return
        }
        writer.sequence { writer in
            if reason != .unspecified { writer.append(Self.reasonExtension(reason)) }
            var date = DERWriter(capacity: 20)
            date.generalizedTime(invalidityDate)
            writer.append(CertificateExtension(oid: .invalidityDate, isCritical: false, value: date.bytes))
        }
    }

    private static func reasonExtension(_ reason: CRLReason) -> CertificateExtension {
        var value = DERWriter(capacity: 4)
        value.enumerated(reason.rawValue)
        return CertificateExtension(oid: .reasonCode, isCritical: false, value: value.bytes)
    }

    /// The whole `crlEntryExtensions` of an entry that tells nothing but its reason, per reason.
    private static let reasonOnly: [CRLReason: [UInt8]] = {
        var encoded: [CRLReason: [UInt8]] = [:]
        for reason in CRLReason.allCases where reason != .unspecified {
            var writer = DERWriter()
            writer.sequence { $0.append(reasonExtension(reason)) }
            encoded[reason] = writer.bytes
        }
        return encoded
    }()
}
