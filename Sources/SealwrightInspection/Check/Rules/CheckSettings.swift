// SPDX-License-Identifier: Apache-2.0

package import PKIFormats
package import TrustEvaluation

/// What all subjects of a run are judged by.
package struct CheckSettings: Sendable {
    package var profile: RequirementProfile
    /// The moment for which everything is judged; for an import its day.
    package var time: Timestamp
    /// What the server's machine trusts.
    package var anchors: [TrustAnchor]
    /// What the clients trust; `nil` when nobody said.
    package var clientAnchors: [TrustAnchor]?
    /// Further certificates that may stand between leaf and anchor.
    package var intermediates: [CertificateView] = []
    /// CRLs at hand.
    package var lists: [RevocationList] = []
    package var denyList = DenyList()
    /// The roots of the installation that was named, to which no rule on public authorities applies.
    package var ownRoots: Set<CertificateView> = []
    /// The name of the machine that checks, for profiles that compare with it.
    package var machineName: String?
    /// Signatures that verified, from one subject to the next.
    package var signatures: SignatureCache? = SignatureCache()

    package init(profile: RequirementProfile, time: Timestamp, anchors: [TrustAnchor]) {
        self.profile = profile
        self.time = time
        self.anchors = anchors
    }
}
