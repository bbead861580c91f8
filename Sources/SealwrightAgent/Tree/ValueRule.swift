// SPDX-License-Identifier: Apache-2.0

import OMADM
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
    /// A number from the first to the second.
    case between(Int64, Int64)
    /// A version of one digit, or of two with a point between.
    case shortVersion
    /// A number of two octets with one of these bits.
    case anyBit(of: Int64)
    /// An address that begins with `https`.
    case serviceURL
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
        case .between(let lowest, let highest):
            return (Int64(value).map { (lowest...max(lowest, highest)).contains($0) } ?? false)
                ? nil : "not \(lowest) to \(highest)"
        case .shortVersion:
            let parts = value.split(separator: ".", omittingEmptySubsequences: false)
            let isVersion = parts.count <= 2 && parts.allSatisfy { $0.utf8.count == 1 && $0.first?.isNumber ?? false }
            return isVersion ? nil : "not a version"
        case .anyBit(let bits):
            guard let number = Int64(value), (0...0xFFFF).contains(number) else { return "not the bits of a key usage" }
            return number & bits != 0 ? nil : "without digitalSignature and keyEncipherment"
        case .serviceURL:
            do throws(OMADMError) {
                _ = try ServiceURL(parsing: value)
                return nil
            } catch {
                return error.description
            }
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
