// SPDX-License-Identifier: Apache-2.0

public import OMADM

/// What enrolment gives the tree, and what the agent's service reads from it.
extension AgentStore {
    /// Takes the account and the settings of a provisioning document into the tree.
    ///
    /// The certificates are not touched: ``setManagementCertificate(_:key:)`` and ``importFile(_:into:)`` take them. A
    /// document that only names the account, as that of a renewal, leaves the account as it is.
    ///
    /// - Parameters:
    ///   - document: the document.
    ///   - enrollmentType: what was enrolled.
    ///   - isFederated: whether a federated sign-in enrolled the device.
    /// - Throws: ``AgentError`` when it cannot be kept.
    public func provision(
        _ document: ProvisioningDocument, enrollmentType: EnrolledAccount.EnrollmentType = .device,
        isFederated: Bool = false
    ) throws(AgentError) {
        try transaction { draft in
            draft.provision(document, enrollmentType: enrollmentType, isFederated: isFederated)
        }
    }
}

extension AgentDraft {
    /// Takes the account and the settings of a provisioning document into the tree; see ``AgentStore``.
    mutating func provision(
        _ document: ProvisioningDocument, enrollmentType: EnrolledAccount.EnrollmentType, isFederated: Bool
    ) {
        if let account = document.account, !account.isReference {
            state.account = EnrolledAccount(account, enrollmentType: enrollmentType, isFederated: isFederated)
            setNodes(DMClientNodes.provider(account.providerID), ["ManagementServiceAddress": account.address?.text])
        }
        if let client = document.dmClient { setNodes(DMClientNodes.provider(client.providerID), client.nodes) }
        if let poll = document.dmClient?.poll, let providerID = document.dmClient?.providerID {
            setNodes(DMClientNodes.provider(providerID) + ["Poll"], poll.nodes)
        }
        if let renew = document.renew { setNodes(CertificateStoreNodes.renew, renew.nodes) }
    }
}

extension AgentState {
    /// When the device is to ask its server; `nil` when no server set it.
    public var pollSchedule: PollSchedule? {
        guard let account else { return nil }
        let poll = DMClientNodes.provider(account.providerID) + ["Poll"]
        func number(_ name: String) -> Int? { node(poll + [name]).flatMap(Int.init) }
        func polls(_ number: Int?, _ interval: Int?, _ preset: PollSchedule.Polls) -> PollSchedule.Polls {
            PollSchedule.Polls(number: number ?? preset.number, interval: interval ?? preset.interval)
        }
        guard DMClientNodes.pollNames.contains(where: { number($0) != nil }) else { return nil }
        return PollSchedule(
            first: polls(
                number("NumberOfFirstRetries"), number("IntervalForFirstSetOfRetries"), .init(number: 10, interval: 15)),
            second: polls(number("NumberOfSecondRetries"), number("IntervalForSecondSetOfRetries"), .off),
            remaining: polls(
                number("NumberOfRemainingScheduledRetries"), number("IntervalForRemainingScheduledRetries"), .off),
            pollOnLogin: node(poll + ["PollOnLogin"]) == "true",
            allUsersPollOnFirstLogin: node(poll + ["AllUsersPollOnFirstLogin"]) == "true")
    }

    /// Where sessions go now: what the server set last, else what enrolment told; `nil` for a device not enrolled.
    public var managementServiceAddress: String? {
        account.map { node(DMClientNodes.provider($0.providerID) + ["ManagementServiceAddress"]) ?? $0.address }
    }

    /// When and how the device renews its certificate, as its server set it; what it did not set is the default.
    public var renewSettings: RenewSettings? {
        func text(_ name: String) -> String? { node(CertificateStoreNodes.renew + [name]) }
        return try? RenewSettings(
            roboSupport: text("ROBOSupport") != "false", renewPeriod: text("RenewPeriod").flatMap(Int.init) ?? 42,
            retryInterval: text("RetryInterval").flatMap(Int.init) ?? 7)
    }
}

extension AgentDraft {
    /// Sets nodes of the device below a path; those without value are left as they are.
    fileprivate mutating func setNodes(_ path: [String], _ values: [String: String?]) {
        let root = DMClientNodes.root.count - 1
        for length in path.indices.dropFirst(root) {
            let above = Array(path[...length])
            let key = NodeCatalog.key(above)
            if state.tree[.device, key] == nil { state.tree[.device, key] = .init(name: above.last ?? "", value: nil) }
        }
        for (name, value) in values {
            guard let value else { continue }
            state.tree[.device, NodeCatalog.key(path + [name])] = .init(name: name, value: value)
        }
    }
}

extension DMClientSettings {
    fileprivate var nodes: [String: String?] {
        [
            "EntDeviceName": entDeviceName, "UPN": upn, "EntDMID": entDMID,
            "SyncApplicationVersion": syncApplicationVersion,
            "RequireMessageSigning": requireMessageSigning.map { $0 ? "true" : "false" },
        ]
    }
}

extension PollSchedule {
    fileprivate var nodes: [String: String?] {
        [
            "NumberOfFirstRetries": String(first.number), "IntervalForFirstSetOfRetries": String(first.interval),
            "NumberOfSecondRetries": String(second.number), "IntervalForSecondSetOfRetries": String(second.interval),
            "NumberOfRemainingScheduledRetries": String(remaining.number),
            "IntervalForRemainingScheduledRetries": String(remaining.interval),
            "PollOnLogin": pollOnLogin ? "true" : "false",
            "AllUsersPollOnFirstLogin": allUsersPollOnFirstLogin ? "true" : "false",
        ]
    }
}

extension RenewSettings {
    fileprivate var nodes: [String: String?] {
        [
            "ROBOSupport": roboSupport ? "true" : "false", "RenewPeriod": String(renewPeriod),
            "RetryInterval": String(retryInterval),
        ]
    }
}
