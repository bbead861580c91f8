// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

/// What a certificate must be for a job: rows of a table, and the severity of every rule in them.
///
/// A profile is data. What a rule looks at is the same in all profiles; how much it weighs, and the numbers and sets it
/// compares with, stand here. A rule that no row names is not looked at.
package struct RequirementProfile: Sendable {
    /// One row of the table.
    package struct Row: Sendable {
        package let element: CheckElement
        /// What is asked for, in the words of the table.
        package let required: String
        /// How much each rule of the row weighs.
        package let severities: [CheckRule: CheckSeverity]

        init(_ element: CheckElement, _ required: String, _ severities: [CheckRule: CheckSeverity]) {
            self.element = element
            self.required = required
            self.severities = severities
        }
    }

    /// `itms-7.5`.
    package let name: String
    /// What it is, in a few words.
    package let title: String
    /// The rows in the order in which they are told.
    package let rows: [Row]
    /// The sets and numbers the rules compare with.
    package let values: RequirementValues

    /// The profile of a name in any case.
    package init?(name: String) {
        let wanted = name.lowercased()
        guard let known = Self.all.first(where: { $0.name == wanted }) else { return nil }
        self = known
    }

    init(name: String, title: String, values: RequirementValues, rows: [Row]) {
        self.name = name
        self.title = title
        self.rows = rows
        self.values = values
    }

    /// Every profile.
    package static let all = [itms75, modern]

    /// How much a rule weighs here; `nil` when the profile does not look at it.
    package func severity(of rule: CheckRule) -> CheckSeverity? {
        rows.lazy.compactMap { $0.severities[rule] }.first
    }
}

/// The sets and numbers that the rules of a profile compare with.
package struct RequirementValues: Sendable {
    /// Digests a signature may use.
    var digests: Set<DigestAlgorithm>
    /// Kinds of key a certificate may hold.
    var keyKinds: Set<KeyKind>
    /// The shortest RSA modulus, in bits.
    var minimumRSABits: Int
    /// Curves that everybody accepts.
    var curves: Set<EllipticCurve>
    /// Seconds of validity that must be left at the import; 0 asks for none.
    var importSeconds: Int64
    /// Whether the certificates above the leaf must keep the rules on hash and key as well.
    var judgesIssuers: Bool
    /// Whether a file's certificate is compared with this machine's name when no other is given.
    var comparesWithMachine: Bool
    /// Whether a name in the subject counts when there are names in subjectAltName too.
    var countsSubject: Bool
    /// Whether anyExtendedKeyUsage stands for the purpose asked for.
    var acceptsAnyPurpose: Bool
    /// Whether the kind of key and the days left at the import are asked of servers' certificates only.
    var asksServersOnly: Bool

    /// A kind of key, whatever its size.
    package enum KeyKind: String, Sendable, CaseIterable {
        case rsa = "RSA"
        case ec = "ECDSA"
        case ed25519 = "Ed25519"
    }
}

extension RequirementProfile {
    /// What every profile says of subjects that cannot be judged at all.
    static let accessRow = Row(
        .access, "It can be read or reached.",
        [
            .unreadable: .error, .noCertificate: .error, .wrongPassword: .error, .unreachable: .error,
            .timedOut: .error, .handshakeFailed: .error, .notAServer: .error,
        ])
}
