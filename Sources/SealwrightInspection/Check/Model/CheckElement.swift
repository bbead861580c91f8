// SPDX-License-Identifier: Apache-2.0

/// What a row of a requirement profile is about.
package enum CheckElement: String, Sendable, Codable, CaseIterable {
    case signature
    case trust
    case chain
    case validity
    case purpose
    case name
    case hash
    case key
    case keyUsage
    case revocation
    case form
    case format
    case tls
    /// Whether there was something to check at all.
    case access

    /// The words of the table that people read.
    package var title: String {
        switch self {
        case .signature: "Digital signature"
        case .trust: "Trust"
        case .chain: "Chain"
        case .validity: "Validity"
        case .purpose: "Enhanced Key Usage"
        case .name: "Name"
        case .hash: "Hash"
        case .key: "Algorithm"
        case .keyUsage: "Key usage"
        case .revocation: "Revocation"
        case .form: "Certificate form"
        case .format: "File format"
        case .tls: "TLS"
        case .access: "Access"
        }
    }
}
