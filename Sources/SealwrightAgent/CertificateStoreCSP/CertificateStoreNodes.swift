// SPDX-License-Identifier: Apache-2.0

import OMADM
import PKIFormats

/// The certificate stores of the device, and how its own certificate is renewed.
///
/// Source: Microsoft, CertificateStore CSP.
struct CertificateStoreNodes: CertificateNodes {
    static let root = ["Vendor", "MSFT", "CertificateStore"]

    let containers: [CertificateContainer]
    let definitions: [NodeDefinition]

    init() {
        let root = Self.root.joined(separator: "/")
        containers = [
            CertificateContainer(root + "/ROOT/System", .root), CertificateContainer(root + "/CA/System", .ca),
            CertificateContainer(root + "/MY/User", .my),
        ]
        let fixed = ["", "/ROOT", "/CA", "/MY"].map {
            NodeDefinition(root + $0, .node, .get, isPermanent: true, sinceBuild: "10.0.10240", scopes: .device)
        }
        definitions = fixed + containers.flatMap(\.definitions) + Self.wstep(root + "/MY/WSTEP")
    }

    private static func wstep(_ root: String) -> [NodeDefinition] {
        func node(
            _ name: String, _ format: MetaFormat, _ access: NodeDefinition.Access,
            _ occurrence: NodeDefinition.Occurrence = .one, isPermanent: Bool = false, defaultValue: String? = nil,
            rule: ValueRule = .any, sinceBuild: String = "10.0.10240", isAtomicRequired: Bool = false
        ) -> NodeDefinition {
            NodeDefinition(
                root + name, format, access, occurrence, isPermanent: isPermanent, defaultValue: defaultValue,
                rule: rule, sinceBuild: sinceBuild, scopes: .device, isAtomicRequired: isAtomicRequired)
        }
        let settable: NodeDefinition.Access = [.add, .delete, .get, .replace]
        let days = ValueRule.between(1, 1000)
        return [
            node("", .node, .get, isPermanent: true),
            node("/CertThumprint", .chr, .get, .zeroOrOne),
            node("/Renew", .node, .get, isPermanent: true, isAtomicRequired: true),
            node("/Renew/RenewPeriod", .int, settable, .zeroOrOne, defaultValue: "42", rule: days),
            node("/Renew/ServerURL", .chr, settable, .zeroOrOne, rule: .serviceURL),
            node("/Renew/RetryInterval", .int, settable, .zeroOrOne, defaultValue: "7", rule: days),
            node(
                "/Renew/ROBOSupport", .bool, settable, .zeroOrOne, defaultValue: "true",
                rule: .oneOf(["false", "true"])),
            node("/Renew/Status", .int, .get, rule: .oneOf(["0", "1", "2", "3"])),
            node("/Renew/ErrorCode", .int, .get),
            node("/Renew/LastRenewalAttemptTime", .time, .get, .zeroOrOne, sinceBuild: "10.0.14393"),
            node("/Renew/RenewNow", .null, .exec, sinceBuild: "10.0.14393"),
            node(
                "/Renew/RetryAfterExpiryInterval", .time, [.add, .get, .replace], .zeroOrOne, sinceBuild: "10.0.15063"),
        ]
    }
}

// MARK: - MY/WSTEP

extension CertificateStoreNodes {
    static let renew = root + ["MY", "WSTEP", "Renew"]

    func value(_ place: Place, _ engine: TreeEngine, _ draft: AgentDraft) -> String? {
        if container(of: place) != nil { return certificateValue(place, draft) }
        let renewal = draft.state.renewal ?? CertificateRenewal()
        switch place.definition.name {
        case "CertThumprint": return draft.state.managementCertificate?.thumbprint.text
        case "Status": return String(renewal.status.rawValue)
        case "ErrorCode": return renewal.errorCode.decimal
        case "LastRenewalAttemptTime": return renewal.lastAttempt?.iso8601
        default: return engine.keptValue(place, draft)
        }
    }

    func check(
        _ place: Place, _ verb: TreeEngine.Verb, _ engine: TreeEngine, _ draft: AgentDraft
    ) throws(CommandFailure) {
        try checkReplace(place, verb, draft)
        if case .delete = verb, place.definition.name == "ROBOSupport" { try checkFederated(place, draft) }
    }

    /// A device that a federated sign-in enrolled has nobody to sign in again, so that it must renew by itself.
    private func checkFederated(_ place: Place, _ draft: AgentDraft) throws(CommandFailure) {
        if draft.state.account?.isFederated ?? false {
            throw CommandFailure(.commandNotAllowed, "\(place.uri): the device was enrolled by a federated sign-in")
        }
    }

    func write(
        _ place: Place, _ value: String?, _ engine: TreeEngine, _ draft: inout AgentDraft
    ) throws(CommandFailure) {
        if let container = container(of: place) {
            let name = place.match.uniqueID ?? ""
            return try container.install(value ?? "", as: name, place.scope, &draft)
        }
        if place.definition.name == "ROBOSupport", value == "false" { try checkFederated(place, draft) }
        engine.keep(value, at: place, &draft)
    }

    func hasFinish(_ place: Place) -> Bool { ["RenewPeriod", "RetryInterval"].contains(place.definition.name) }

    /// The interval between attempts must fit into the period.
    func finish(_ place: Place, _ engine: TreeEngine, _ draft: inout AgentDraft) throws(CommandFailure) {
        func days(_ name: String) -> Int64 {
            let path = Self.renew + [name]
            let node = engine.place(path, near: place)
            return Int64(draft.state.node(path) ?? node?.definition.defaultValue ?? "") ?? 0
        }
        guard days("RetryInterval") <= days("RenewPeriod") else {
            throw CommandFailure(.commandFailed, "\(place.uri): RetryInterval is longer than RenewPeriod")
        }
    }

    /// RenewNow asks for a renewal, which the agent's service carries out after the session.
    func exec(
        _ place: Place, _ data: String?, isLast: Bool, _ engine: TreeEngine, _ draft: inout AgentDraft
    ) throws(CommandFailure) {
        guard draft.state.managementCertificate != nil else {
            throw CommandFailure(.commandFailed, "\(place.uri): there is no certificate to renew")
        }
        var renewal = draft.state.renewal ?? CertificateRenewal()
        renewal.isRequested = true
        renewal.status = .inProgress
        draft.state.renewal = renewal
        draft.note(AgentEvent(.renewalRequested, "\(place.uri)"))
    }
}
