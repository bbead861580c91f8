// SPDX-License-Identifier: Apache-2.0

/// How a device behaves towards the management server.
///
/// ```
/// DMClient / Provider / <PROVIDER-ID>
///   parm EntDeviceName, UPN, EntDMID, SyncApplicationVersion, RequireMessageSigning, …
///   Poll
/// ```
///
/// Push addresses do not belong here: Windows takes them in a session only.
///
/// Source: DMClient CSP, Provider/{ProviderID}.
public struct DMClientSettings: Hashable, Sendable {
    /// The server, as in ``ManagementAccount/providerID``.
    public var providerID: String
    /// The device's name for people.
    public var entDeviceName: String?
    /// The user's name.
    public var upn: String?
    /// The server's own name for the device; must be set before the first renewal.
    public var entDMID: String?
    /// The version of sessions the device is to speak.
    public var syncApplicationVersion: String?
    /// Whether every message of the device carries a signature in an HTTP header.
    public var requireMessageSigning: Bool?
    /// When the device polls.
    public var poll: PollSchedule?
    /// Parameters that are not known here, kept.
    public var others: [Parm]

    /// Makes settings.
    public init(providerID: String, entDeviceName: String? = nil, poll: PollSchedule? = .standard) {
        self.providerID = providerID
        self.entDeviceName = entDeviceName
        self.poll = poll
        others = []
    }

    private static let known: Set<String> = [
        "EntDeviceName", "UPN", "EntDMID", "SyncApplicationVersion", "RequireMessageSigning",
    ]

    init(parsing provider: Characteristic) throws(OMADMError) {
        self.init(providerID: provider.type, entDeviceName: provider.value("EntDeviceName"), poll: nil)
        upn = provider.value("UPN")
        entDMID = provider.value("EntDMID")
        syncApplicationVersion = provider.value("SyncApplicationVersion")
        requireMessageSigning = try provider.boolean("RequireMessageSigning")
        if let poll = provider.below("Poll").first { self.poll = try PollSchedule(parsing: poll) }
        others = provider.parms.filter { !Self.known.contains($0.name) }
    }

    func characteristic() throws(OMADMError) -> Characteristic {
        var parms: [Parm] = []
        func append(_ name: String, _ value: String?) {
            if let value { parms.append(Parm(name, string: value)) }
        }
        append("EntDeviceName", entDeviceName)
        append("UPN", upn)
        append("EntDMID", entDMID)
        append("SyncApplicationVersion", syncApplicationVersion)
        if let requireMessageSigning { parms.append(Parm("RequireMessageSigning", boolean: requireMessageSigning)) }
        var below: [Characteristic] = []
        if let poll { below.append(try poll.characteristic()) }
        let provider = Characteristic(providerID, parms: parms + others, characteristics: below)
        return Characteristic("DMClient", characteristics: [Characteristic("Provider", characteristics: [provider])])
    }
}
