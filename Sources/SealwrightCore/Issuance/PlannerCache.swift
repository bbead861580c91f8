// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import Synchronization

/// The planners in use, one for each profile under each authority.
final class PlannerCache: Sendable {
    private struct Key: Hashable {
        let profile: String
        let authority: AuthorityID
    }

    private struct Entry {
        let certificate: CertificateView
        let planner: IssuancePlanner
    }

    /// Guards the planners made so far.
    ///
    /// An entry is replaced when its authority gets another certificate.
    private let entries = Mutex<[Key: Entry]>([:])

    /// The planner of a profile under an authority.
    ///
    /// - Throws: ``DenialReason/authorityUnavailable(_:reason:)``.
    func planner(
        profile: CertificateProfile, context: AuthorityContext, publication: Publication, crlPartitions: Int
    ) throws(DenialReason) -> IssuancePlanner {
        let key = Key(profile: profile.name, authority: context.id)
        if let entry = entries.withLock({ $0[key] }), entry.certificate == context.certificate { return entry.planner }
        var issuer = try PlanIssuer(context, publication: publication)
        issuer.crlPartitions = crlPartitions
        let planner = IssuancePlanner(profile: profile, issuer: issuer)
        entries.withLock { $0[key] = Entry(certificate: context.certificate, planner: planner) }
        return planner
    }
}
