// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// What a check found out about one subject.
package struct CheckReport: Sendable, Hashable {
    /// What was checked, as the reports name it: a path, `HOST:PORT` or a serial number.
    package let subject: String
    /// The same as a URI: `file:///…`, `tls://host:port`, `sealwright:certificate/SERIAL`.
    package let uri: String
    /// What the subject is in its installation, for people: `OCSP signer`; `nil` elsewhere.
    package let role: String?
    /// The profile's name.
    package let profile: String
    /// The names that were compared, and where they came from.
    package let expectedNames: ExpectedNames
    /// The certificate that was judged, `nil` when there was none to judge.
    package let certificate: CertificateFacts?
    /// The certificates above it as far as a path could be built, the next one first.
    package let chain: [CertificateFacts]
    /// Every row of the profile that applies to the subject, in the profile's order.
    package let rows: [CheckRow]
    /// Every rule that was broken, the gravest first.
    package let findings: [CheckFinding]
    /// The ends of the CRLs that were looked at, by their issuer.
    package let revocationLists: [RevocationListFacts]
    /// SHA-256 of the public key; by it a key is found in several places.
    ///
    /// `nil` when there is no key, or nobody should look for it elsewhere.
    package let keyDigest: String?

    /// The gravest severity; pass without findings.
    package var worst: CheckSeverity { findings.map(\.severity).max() ?? .pass }

    /// How many findings have a severity.
    package func count(_ severity: CheckSeverity) -> Int { findings.count { $0.severity == severity } }
}

/// When a CRL ends.
package struct RevocationListFacts: Sendable, Hashable {
    package let issuer: String
    package let nextUpdate: Timestamp
}

/// The names a certificate was expected to have.
package struct ExpectedNames: Sendable, Hashable {
    /// Where the names come from.
    package enum Origin: String, Sendable, Codable {
        /// The command line.
        case asked
        /// The host that was connected to.
        case host
        /// The name of the machine that checks.
        case machine
        /// There is no name.
        case none
    }

    package let names: [String]
    package let origin: Origin

    package init(_ names: [String], _ origin: Origin) {
        self.names = names
        self.origin = names.isEmpty ? .none : origin
    }
}

/// Everything that one run of `sealwright check` found out.
package struct CheckRun: Sendable, Hashable {
    /// The profile's name.
    package let profile: String
    /// The moment for which everything was judged.
    package let at: Timestamp
    /// In the order in which the subjects were named; files of a folder by their names.
    package let reports: [CheckReport]

    package init(profile: String, at: Timestamp, reports: [CheckReport]) {
        self.profile = profile
        self.at = at
        self.reports = reports
    }

    /// The gravest severity of all.
    package var worst: CheckSeverity { reports.map(\.worst).max() ?? .pass }

    /// How many findings have a severity.
    package func count(_ severity: CheckSeverity) -> Int { reports.reduce(0) { $0 + $1.count(severity) } }
}
