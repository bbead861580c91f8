// SPDX-License-Identifier: Apache-2.0

import OMADM
import PKIFormats

/// The device's management client: its server, when it polls, how it leaves.
///
/// What only says something is kept and told as it was set. What would have to do something that this system does not
/// is absent, so that no server takes it for done: ConfigLock, ConfigRefresh, EnhancedAppLayerSecurity, ForceAadToken,
/// LinkedEnrollment, MultipleSession, Recovery. Push is not registered for: the channel is absent, and the status says
/// so.
///
/// Source: Microsoft, DMClient CSP.
struct DMClientNodes: ConfigurationServiceProvider {
    static let root = ["Vendor", "MSFT", "DMClient"]

    /// The names from the root to a server's node.
    static func provider(_ providerID: String) -> [String] { root + ["Provider", providerID] }

    let definitions: [NodeDefinition] =
        Self.top + Self.leaves + Self.poll + Self.push + Self.completePage + Self.firstSync

    /// The value of the version of the protocol that both sides can agree on.
    private static let highestSyncVersion = "1.0"
    /// The status of a registration for push that failed.
    private static let registrationFailed = "3"

    func value(_ place: Place, _ engine: TreeEngine, _ draft: AgentDraft) -> String? {
        let facts = engine.context.policy.facts
        let parent = engine.parent(of: place)
        guard let parent, engine.exists(parent, draft) else { return nil }
        switch place.definition.name {
        case "HWDevID": return facts["DMClient/HWDevID"]
        case "MaxSyncApplicationVersion": return Self.highestSyncVersion
        case "EnrollmentType":
            guard let account = account(place, draft) else { return nil }
            return account.enrollmentType.rawValue
        case "AADDeviceID", "ChannelURI": return nil
        case "Status":
            let name = engine.child("PFN", of: parent).flatMap { draft.state.tree[$0.scope, $0.key]?.value }
            return name.map { _ in Self.registrationFailed }
        default: return engine.keptValue(place, draft)
        }
    }

    /// The account of the server a place is below; `nil` for another server's.
    private func account(_ place: Place, _ draft: AgentDraft) -> EnrolledAccount? {
        guard let name = place.match.uniqueID, let account = draft.state.account,
            LocURIText.fold(account.providerID) == LocURIText.fold(name)
        else { return nil }
        return account
    }

    /// The server that manages the device is left by Unenroll, which takes back what it did.
    func check(
        _ place: Place, _ verb: TreeEngine.Verb, _ engine: TreeEngine, _ draft: AgentDraft
    ) throws(CommandFailure) {
        if case .delete = verb, place.definition.isNameChosen, account(place, draft) != nil {
            throw CommandFailure(.forbidden, "\(place.uri): the server that manages the device is left by Unenroll")
        }
    }

    /// Notes that the device is to leave; the agent's service does it after the session, which ends here.
    func exec(
        _ place: Place, _ data: String?, isLast: Bool, _ engine: TreeEngine, _ draft: inout AgentDraft
    ) throws(CommandFailure) {
        _ = try engine.requireParent(of: place, draft)
        let name = place.match.uniqueID ?? data ?? ""
        guard let provider = engine.place(Self.provider(name), near: place), engine.exists(provider, draft) else {
            throw CommandFailure(.notFound, "\(place.uri): no such server")
        }
        draft.state.unenrollment = UnenrollmentRequest(
            providerID: provider.match.segments.last ?? name, server: engine.context.server)
        draft.note(AgentEvent(.unenrollmentRequested, name))
    }
}
