// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightTesting
import Testing

@testable import SealwrightCore

/// Issues certificates of a profile without a store around it.
struct IssuanceBench {
    let clock = FixedClock()
    let hierarchy: TestHierarchy
    let context: AuthorityContext

    init(issuing: KeyType = .ecP256) async throws {
        hierarchy = try await TestHierarchy(in: InMemoryStore(), clock: clock, issuing: issuing)
        context = try #require(hierarchy.registry.context(TestHierarchy.issuingID))
    }

    func planner(_ profile: CertificateProfile) throws -> IssuancePlanner {
        IssuancePlanner(profile: profile, issuer: try PlanIssuer(context, publication: hierarchy.publication))
    }

    func plan(_ profile: CertificateProfile = .device, _ device: TestDevice) throws -> IssuancePlan {
        let wish = try RequestedCertificate(device.certificationRequest())
        return try planner(profile).plan(wish, now: clock.now)
    }

    func issue(_ profile: CertificateProfile = .device, _ device: TestDevice) async throws -> CertificateView {
        let planner = try planner(profile)
        let plan = try plan(profile, device)
        let key = try #require(context.key)
        let linted = try PreIssuanceLint.check(plan, profile: profile, issuer: planner.issuer)
        return try CertificateView(parsing: await PlanSigner.sign(linted, with: key))
    }

    /// Why a profile refuses a device's request.
    func refusal(_ profile: CertificateProfile = .device, _ device: TestDevice) throws -> DenialReason? {
        do {
            _ = try plan(profile, device)
            return nil
        } catch let reason as DenialReason {
            return reason
        }
    }
}
