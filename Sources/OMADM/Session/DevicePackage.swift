// SPDX-License-Identifier: Apache-2.0

/// What a message of a device said.
///
/// Source: OMA Device Management Protocol 1.2, sections 8.3 and 8.5; MS-MDM, section 3.2.5.
public struct DevicePackage: Hashable, Sendable {
    /// Whether it is the first that was taken in this session.
    public internal(set) var isFirst = false
    /// Whether the device has said all; without it the next answer carries no commands.
    public internal(set) var isFinal = false
    /// Who the message says it is from; compare with what the credential proves.
    public internal(set) var source = ""
    /// What the message proves itself with.
    public internal(set) var cred: Cred?
    /// How the device took the header of the last message; `nil` when it did not say.
    public internal(set) var headerStatus: StatusCode?
    /// What the device wants the server to prove itself with, and the nonce for it.
    public internal(set) var chal: Chal?
    /// The values of a Replace, those of `./DevInfo` as a rule, by LocURI as it was sent.
    public internal(set) var facts: [String: String] = [:]
    /// What the device tells, in the order of the message.
    public internal(set) var alerts: [DeviceAlert] = []
    /// Who is logged in; `nil` when the message does not say.
    public internal(set) var loginStatus: LoginStatus?
    /// Whose settings the session is for; `nil` when the message does not say.
    public internal(set) var sessionScope: SessionScope?
    /// Whether the device works on the last message still.
    public internal(set) var isRequestPending = false
    /// Whether the device breaks the session off.
    public internal(set) var isAborted = false
    /// Batches that have come to their end.
    public internal(set) var outcomes: [BatchOutcome] = []

    /// Whether the enrolling user is logged in, so that `./User` is there.
    public var isLoggedIn: Bool { loginStatus == .user }

    /// Whether the device leaves management.
    public var isUnenrolling: Bool { alerts.contains { $0.isGeneric(DeviceAlert.unenrollment) } }

    /// A value of `./DevInfo`.
    ///
    /// - Parameter name: the leaf: `DevId`, `Man`, `Mod`, `DmV`, `Lang`.
    /// - Returns: `nil` when the message does not have it.
    public func devInfo(_ name: String) -> String? {
        let key = LocURIText.key("./DevInfo/" + name)
        return facts.first { LocURIText.key($0.key) == key }?.value
    }
}
