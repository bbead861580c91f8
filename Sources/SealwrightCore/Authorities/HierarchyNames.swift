// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// The names of a hierarchy's authorities: `Sealwright Root 7F3A` and `Sealwright Issuing 7F3A-1`, or
/// `Acme Root` and `Acme Issuing 1` when somebody chose one.
///
/// The four random digits tell installations apart: two roots of one name on a device are a trap.
package struct HierarchyNames: Sendable, Hashable {
    package let root: String
    private let issuingStem: String

    /// Characters a chosen name may have, so that ` Issuing 99 SCEP RA` still fits a commonName.
    package static let limit = 40

    /// Makes names.
    ///
    /// - Parameter chosen: what the operator wants to be called; `nil` for a random mark.
    /// - Throws: ``AuthorityError/nameNotUsable(_:)`` when it is empty, too long or holds control characters.
    package init(_ chosen: String?) throws(AuthorityError) {
        guard let chosen else {
            let mark = Hex.encode(SecureRandom.bytes(2)).uppercased()
            root = "Sealwright Root \(mark)"
            issuingStem = "Sealwright Issuing \(mark)-"
            return
        }
        let words = chosen.split(separator: " ")
        guard !words.isEmpty, chosen.count <= Self.limit,
            chosen.unicodeScalars.allSatisfy({ !$0.isControl })
        else { throw .nameNotUsable("the name must have 1 to \(Self.limit) printable characters") }
        let name = words.joined(separator: " ")
        root = "\(name) Root"
        issuingStem = "\(name) Issuing "
    }

    /// The names whose root has this one; `nil` when no root of a hierarchy made here is called so.
    init?(root name: String) {
        root = name
        if let mark = name.wholeMatch(of: /Sealwright Root ([0-9A-F]{4})/)?.output.1 {
            issuingStem = "Sealwright Issuing \(mark)-"
        } else if name.hasSuffix(" Root") {
            issuingStem = "\(name.dropLast(" Root".count)) Issuing "
        } else {
            return nil
        }
    }

    /// The first issuing authority's name.
    package var firstIssuing: String { issuingStem + "1" }

    /// The name of the authority that follows another: its number at the end counted up.
    package static func successor(of name: String) -> String {
        let digits = name.reversed().prefix { $0.isASCII && $0.isNumber }.reversed()
        guard let number = Int(String(digits)), number < Int(Int32.max) else { return name + " 2" }
        return name.dropLast(digits.count) + String(number + 1)
    }
}
