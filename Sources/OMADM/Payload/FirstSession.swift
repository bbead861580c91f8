// SPDX-License-Identifier: Apache-2.0

/// What a server asks and sets in the first session behind an enrolment.
///
/// In order: ``questions(id:)``, ``settings(id:offered:)``, the trusted roots and intermediates
/// (``TrustedRootPayload``), ``RenewSettings/commands(serverURL:)``, then the queue.
///
/// Source: Microsoft, DMClient CSP, Provider/{ProviderID}; DevDetail CSP.
public struct FirstSession: Hashable, Sendable {
    /// The PROVIDER-ID of the enrolment.
    public var providerID: String
    /// The server's own name for the device, which has to be set before its first renewal.
    public var entDMID: String
    /// When the device polls.
    public var poll: PollSchedule?
    /// Whether the device tells that it works on a message still, instead of being silent.
    public var enablesKeepAlive = true
    /// The package family name whose push channel the device opens; `nil` without WNS.
    public var pfn: String?

    /// Makes the script.
    ///
    /// - Parameters:
    ///   - providerID: the PROVIDER-ID of the enrolment.
    ///   - entDMID: the server's own name for the device.
    ///   - poll: when the device polls.
    ///   - pfn: the package family name for push.
    public init(providerID: String, entDMID: String, poll: PollSchedule? = .standard, pfn: String? = nil) {
        self.providerID = providerID
        self.entDMID = entDMID
        self.poll = poll
        self.pfn = pfn
    }

    /// Asks what the device is; a node that it does not have is tolerated.
    ///
    /// - Parameter id: the name of the batch; read its outcome with ``DeviceDetails/init(_:providerID:)``.
    /// - Returns: the batch.
    public func questions(id: String) -> CommandBatch {
        let nodes = DeviceDetails.Node.allCases.map { $0.locURI(providerID) }
        return CommandBatch(
            id: id, commands: nodes.map(NodeCommand.get),
            toleratedCodes: [.notFound, .commandNotAllowed, .optionalFeatureNotSupported])
    }

    /// Sets how the device behaves towards this server.
    ///
    /// - Parameters:
    ///   - id: the name of the batch.
    ///   - offered: what the device said; with a MaxSyncApplicationVersion of 2.0 or more, 2.0 is set.
    /// - Returns: the batch.
    /// - Throws: ``OMADMError/unwritable(_:reason:)`` for a schedule that no device carries out as it is.
    public func settings(id: String, offered: DeviceDetails?) throws(OMADMError) -> CommandBatch {
        func replace(_ name: String, _ format: MetaFormat, _ text: String) -> Command {
            NodeCommand.replace(DMClientNode.locURI(providerID, name), format, text)
        }
        var commands = [replace("EntDMID", .chr, entDMID)]
        if offered?.takesSyncApplicationVersion2 ?? false {
            commands.append(replace("SyncApplicationVersion", .chr, "2.0"))
        }
        if enablesKeepAlive { commands.append(replace("EnableOmaDmKeepAliveMessage", .bool, "true")) }
        if let poll { commands += try poll.commands(providerID: providerID) }
        if let pfn { commands.append(replace("Push/PFN", .chr, pfn)) }
        return CommandBatch(id: id, commands: commands)
    }

    /// Asks for the push channel, in the session behind the one that set the PFN and in every later one.
    ///
    /// - Parameter id: the name of the batch.
    /// - Returns: the batch.
    public func pushQuery(id: String) -> CommandBatch {
        let nodes = ["Push/ChannelURI", "Push/Status"].map { DMClientNode.locURI(providerID, $0) }
        return CommandBatch(id: id, commands: nodes.map(NodeCommand.get), toleratedCodes: [.notFound])
    }
}

/// What a device says about itself in its first session.
///
/// Source: Microsoft, DevDetail CSP; DMClient CSP, Provider/{ProviderID}.
public struct DeviceDetails: Hashable, Sendable {
    /// The nodes that are asked for.
    enum Node: CaseIterable {
        case swV, osPlatform, deviceName, smbiosSerialNumber, maxSyncApplicationVersion, hwDevID

        func locURI(_ providerID: String) -> String {
            switch self {
            case .swV: "./DevDetail/SwV"
            case .osPlatform: "./DevDetail/Ext/Microsoft/OSPlatform"
            case .deviceName: "./DevDetail/Ext/Microsoft/DeviceName"
            case .smbiosSerialNumber: "./DevDetail/Ext/Microsoft/SMBIOSSerialNumber"
            case .maxSyncApplicationVersion: DMClientNode.locURI(providerID, "MaxSyncApplicationVersion")
            case .hwDevID: DMClientNode.locURI(providerID, "HWDevID")
            }
        }
    }

    /// The version of the operating system, `10.0.22631.4460`.
    public var softwareVersion: String?
    /// The name of the operating system.
    public var osPlatform: String?
    /// The name of the device.
    public var deviceName: String?
    /// The serial number in the firmware.
    public var serialNumber: String?
    /// The newest version of sessions the device speaks.
    public var maxSyncApplicationVersion: String?
    /// What identifies the hardware.
    public var hardwareDeviceID: String?

    /// Reads the outcome of ``FirstSession/questions(id:)``; what the device did not bring is `nil`.
    ///
    /// - Parameters:
    ///   - outcome: the outcome.
    ///   - providerID: the PROVIDER-ID of the enrolment.
    public init(_ outcome: BatchOutcome, providerID: String) {
        func text(_ node: Node) -> String? {
            let value = outcome.value(of: node.locURI(providerID)).map { MarkupElement.trimmed($0.text) }
            return value.flatMap { $0.isEmpty ? nil : $0 }
        }
        softwareVersion = text(.swV)
        osPlatform = text(.osPlatform)
        deviceName = text(.deviceName)
        serialNumber = text(.smbiosSerialNumber)
        maxSyncApplicationVersion = text(.maxSyncApplicationVersion)
        hardwareDeviceID = text(.hwDevID)
    }

    /// Whether sessions of version 2.0 are offered.
    public var takesSyncApplicationVersion2: Bool {
        guard let major = maxSyncApplicationVersion?.split(separator: ".").first.flatMap({ Int($0) }) else {
            return false
        }
        return major >= 2
    }
}
