// SPDX-License-Identifier: Apache-2.0

/// Ends the management of a device.
///
/// The device breaks the session off, does not answer the Exec, removes what management has configured, its
/// certificates too, and tells of it in a new session with ``DeviceAlert/unenrollment``. That alert, or silence, means
/// that it is done.
///
/// Source: Microsoft, DMClient CSP, Provider/{ProviderID}/Unenroll and Unenroll.
public struct UnenrollPayload: Hashable, Sendable {
    /// The PROVIDER-ID of the enrolment.
    public var providerID: String
    /// Whether the node of releases before Windows 10 is used.
    public var isLegacy: Bool

    /// Makes a payload.
    ///
    /// - Parameters:
    ///   - providerID: the PROVIDER-ID of the enrolment.
    ///   - isLegacy: whether the node of releases before Windows 10 is used.
    public init(providerID: String, isLegacy: Bool = false) {
        self.providerID = providerID
        self.isLegacy = isLegacy
    }

    /// The commands: an Exec whose data is the PROVIDER-ID.
    public var commands: [Command] {
        let locURI =
            isLegacy
            ? "./Vendor/MSFT/DMClient/Unenroll" : DMClientNode.locURI(providerID, "Unenroll")
        let item = Item(target: Location(locURI), meta: Meta(format: .chr), data: .text(providerID))
        return [.exec(Command.Exec(cmdID: nil, items: [item]))]
    }
}

/// Names nodes of a management server in the DMClient tree.
enum DMClientNode {
    static func locURI(_ providerID: String, _ path: String) -> String {
        TreeScope.device.locURI("DMClient/Provider/\(LocURIText.segment(providerID))/\(path)")
    }
}
