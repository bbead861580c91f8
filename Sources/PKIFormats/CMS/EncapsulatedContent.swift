// SPDX-License-Identifier: Apache-2.0

/// What a SignedData that is being written says, and whether it carries it.
///
/// SCEP replies without content come in two shapes. RFC 8894 has the content omitted; OpenSSL's `PKCS7_verify` and
/// `CMS_verify` (certmonger) refuse that and take a zero-length OCTET STRING. The digest is that of zero octets in
/// both.
///
/// Source: RFC 5652, section 5.2.
public enum EncapsulatedContent: Hashable, Sendable {
    /// No content: the `eContent` field is left out.
    case absent
    /// These octets, carried in the message.
    case octets([UInt8])
    /// These octets, which travel elsewhere: a detached signature.
    case detached([UInt8])

    /// The octets that are digested.
    var signed: [UInt8] {
        switch self {
        case .absent: []
        case .octets(let octets), .detached(let octets): octets
        }
    }

    /// The octets in the message.
    var carried: [UInt8]? {
        if case .octets(let octets) = self { octets } else { nil }
    }
}
