// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// What values a node takes, beyond its format.
///
/// Source: Microsoft, ClientCertificateInstall CSP, the values of each node.
public enum ValueRule: Hashable, Sendable {
    /// Any.
    case any
    /// One of these texts.
    case oneOf([String])
    /// A number from this one on.
    case atLeast(Int64)
    /// A number with one of these bits.
    case anyBit(of: Int64)
    /// Object identifiers in dotted form, joined with `+`.
    case objectIdentifiers
    /// A name as `CertStrToName` of Windows reads it.
    case distinguishedName
    /// Alternative names as SubjectAlternativeNames writes them.
    case alternativeNames

    /// Why a value is not taken; `nil` when it is.
    ///
    /// - Parameter value: the value in canonical form.
    /// - Returns: a few words.
    func objection(to value: String) -> String? {
        switch self {
        case .any: return nil
        case .oneOf(let values): return values.contains(value) ? nil : "not one of \(values.joined(separator: ", "))"
        case .atLeast(let bound): return (Int64(value) ?? bound - 1) >= bound ? nil : "less than \(bound)"
        case .anyBit(let bits):
            return (Int64(value) ?? 0) & bits != 0 ? nil : "without digitalSignature and keyEncipherment"
        case .objectIdentifiers: return ExtendedKeyUsage(ekuMapping: value) == nil ? "not object identifiers" : nil
        case .distinguishedName:
            do throws(FormatError) {
                _ = try DistinguishedName(certStrToName: value)
                return nil
            } catch {
                return error.description
            }
        case .alternativeNames:
            return AlternativeNames.parse(value) == nil ? "not pairs of type and name" : nil
        }
    }
}
