// SPDX-License-Identifier: Apache-2.0

extension RenewSettings {
    /// The commands that set when and where a device renews its management certificate: one Atomic, as the node asks.
    ///
    /// Not for federated enrolments with ``roboSupport`` of `false`, which is answered with 405 there.
    ///
    /// - Parameter serverURL: where to renew, a discovery address; `nil` leaves the address of the enrolment.
    /// - Returns: the commands, without CmdIDs, which the session gives them.
    ///
    /// Source: Microsoft, CertificateStore CSP, MY/WSTEP/Renew.
    public func commands(serverURL: String? = nil) -> [Command] {
        let root = Self.root
        // The interval is compared with the period, which therefore comes first.
        var atomic = [
            NodeCommand.replace(root + "RenewPeriod", .int, String(renewPeriod)),
            NodeCommand.replace(root + "RetryInterval", .int, String(retryInterval)),
        ]
        if let serverURL { atomic.append(NodeCommand.replace(root + "ServerURL", .chr, serverURL)) }
        atomic.append(NodeCommand.replace(root + "ROBOSupport", .bool, roboSupport ? "true" : "false"))
        return [NodeCommand.atomic(atomic)]
    }

    /// The command that has a device renew its management certificate at once, whatever the period.
    ///
    /// It is answered before the renewal is tried; how that went, Status and ErrorCode beside it tell.
    ///
    /// Source: Microsoft, CertificateStore CSP, MY/WSTEP/Renew/RenewNow.
    public static var renewNow: [Command] {
        [.exec(Command.Exec(cmdID: nil, items: [Item(target: Location(root + "RenewNow"))]))]
    }

    private static var root: String { TreeScope.device.locURI("CertificateStore/MY/WSTEP/Renew/") }
}
