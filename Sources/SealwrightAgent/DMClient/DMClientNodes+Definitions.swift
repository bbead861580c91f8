// SPDX-License-Identifier: Apache-2.0

import OMADM

extension DMClientNodes {
    private static let settable: NodeDefinition.Access = [.add, .delete, .get, .replace]
    private static let provider = "Provider/{ProviderID}"

    private static func node(
        _ path: String, _ format: MetaFormat, _ access: NodeDefinition.Access,
        _ occurrence: NodeDefinition.Occurrence = .zeroOrOne, isPermanent: Bool = false, defaultValue: String? = nil,
        rule: ValueRule = .any, sinceBuild: String = "10.0.10240", scopes: NodeDefinition.Scopes = .device
    ) -> NodeDefinition {
        NodeDefinition(
            (root + [path]).joined(separator: "/"), format, access, occurrence, isPermanent: isPermanent,
            defaultValue: defaultValue, rule: rule, sinceBuild: sinceBuild, scopes: scopes)
    }

    private static func leaf(
        _ name: String, _ format: MetaFormat = .chr, _ access: NodeDefinition.Access = settable,
        defaultValue: String? = nil, rule: ValueRule = .any, sinceBuild: String = "10.0.10240"
    ) -> NodeDefinition {
        node(
            "\(provider)/\(name)", format, access, defaultValue: defaultValue, rule: rule, sinceBuild: sinceBuild)
    }

    static let truth = ValueRule.oneOf(["false", "true"])

    /// The root, the servers and what stands beside them.
    static let top: [NodeDefinition] = [
        node("", .node, .get, .one, isPermanent: true, scopes: .both),
        node("HWDevID", .chr, .get, sinceBuild: "10.0.14393"),
        node("Unenroll", .null, [.exec, .get], .one),
        node("Provider", .node, .get, .one, isPermanent: true, scopes: .both),
        node(provider, .node, settable, .zeroOrMore, scopes: .both),
    ]

    /// The leaves of a server.
    static let leaves: [NodeDefinition] = [
        leaf("EntDeviceName"), leaf("ExchangeID"), leaf("EntDMID"), leaf("SignedEntDMID"), leaf("CertRenewTimeStamp"),
        leaf("PublisherDeviceID"),
        leaf("ManagementServiceAddress", .chr, [.get, .replace], rule: .serviceURL),
        leaf("ManagementServerAddressList", .chr, [.get, .replace]),
        leaf("UPN", .chr, [.add, .get, .replace]),
        leaf("HelpPhoneNumber"), leaf("HelpWebsite"), leaf("HelpEmailAddress"),
        leaf("RequireMessageSigning", .bool, defaultValue: "false", rule: truth),
        leaf("SyncApplicationVersion", .chr, defaultValue: "1.0", rule: .shortVersion),
        leaf("MaxSyncApplicationVersion", .chr, .get),
        leaf("Unenroll", .null, [.exec, .get]),
        leaf("AADResourceID", .chr, [.add, .get, .replace]), leaf("AADDeviceID", .chr, .get, sinceBuild: "10.0.14393"),
        leaf("EnrollmentType", .chr, .get, sinceBuild: "10.0.14393"),
        leaf(
            "EnableOmaDmKeepAliveMessage", .bool, [.get, .replace], defaultValue: "false", rule: truth,
            sinceBuild: "10.0.14393"),
        leaf("HWDevID", .chr, .get, sinceBuild: "10.0.14393"),
        leaf("CommercialID", sinceBuild: "10.0.14393"), leaf("ManagementServerToUpgradeTo", sinceBuild: "10.0.15063"),
        leaf("NumberOfDaysAfterLostContactToUnenroll", .int, rule: .atLeast(0), sinceBuild: "10.0.15063"),
        leaf("AADSendDeviceToken", .bool, rule: truth, sinceBuild: "10.0.17763"),
    ]

    /// The nodes of Poll that are numbers.
    static let pollNames = [
        "NumberOfFirstRetries", "IntervalForFirstSetOfRetries", "NumberOfSecondRetries",
        "IntervalForSecondSetOfRetries", "NumberOfRemainingScheduledRetries", "IntervalForRemainingScheduledRetries",
    ]

    /// When the device polls.
    static let poll: [NodeDefinition] =
        [node("\(provider)/Poll", .node, settable)]
        + pollNames.map { name in
            leaf("Poll/\(name)", .int, defaultValue: pollDefaults[name] ?? "0", rule: .atLeast(0))
        }
        + ["PollOnLogin", "AllUsersPollOnFirstLogin"].map { name in
            leaf("Poll/\(name)", .bool, defaultValue: "false", rule: truth)
        }

    private static let pollDefaults = ["NumberOfFirstRetries": "10", "IntervalForFirstSetOfRetries": "15"]

    /// Push through the notification service of Windows.
    static let push: [NodeDefinition] = [
        node("\(provider)/Push", .node, settable), leaf("Push/PFN"), leaf("Push/ChannelURI", .chr, .get),
        leaf("Push/Status", .int, .get),
    ]

    /// What the page at the end of an enrolment says.
    static let completePage: [NodeDefinition] =
        [node("\(provider)/CustomEnrollmentCompletePage", .node, settable, sinceBuild: "10.0.15063")]
        + ["Title", "BodyText", "HyperlinkHref", "HyperlinkText"].map { name in
            leaf("CustomEnrollmentCompletePage/\(name)", sinceBuild: "10.0.15063")
        }

    /// What the first session has to bring before a user may begin.
    static let firstSync: [NodeDefinition] = {
        func node(
            _ name: String, _ format: MetaFormat, _ access: NodeDefinition.Access = [.add, .delete, .get, .replace],
            rule: ValueRule = .any, scopes: NodeDefinition.Scopes = .both
        ) -> NodeDefinition {
            Self.node(
                "\(provider)/FirstSyncStatus\(name)", format, access, rule: rule, sinceBuild: "10.0.16299",
                scopes: scopes)
        }
        let expected = [
            "ExpectedPolicies", "ExpectedNetworkProfiles", "ExpectedMSIAppPackages", "ExpectedModernAppPackages",
            "ExpectedPFXCerts", "ExpectedSCEPCerts",
        ]
        return [node("", .node)] + expected.map { node("/\($0)", .chr) } + [
            node("/ServerHasFinishedProvisioning", .bool, [.get, .replace], rule: truth),
            node("/IsSyncDone", .bool, [.get, .replace], rule: truth),
            node("/WasDeviceSuccessfullyProvisioned", .int, [.get, .replace], rule: .oneOf(["0", "1", "2"])),
            node("/AllowCollectLogsButton", .bool, [.get, .replace], rule: truth),
            node("/CustomErrorText", .chr),
            node("/TimeOutUntilSyncFailure", .int, [.get, .replace], rule: .atLeast(0), scopes: .device),
            node("/BlockInStatusPage", .int, [.get, .replace], rule: .between(0, 7), scopes: .device),
            node("/SkipDeviceStatusPage", .bool, [.get, .replace], rule: truth, scopes: .device),
            node("/SkipUserStatusPage", .bool, [.get, .replace], rule: truth, scopes: .device),
        ]
    }()
}
