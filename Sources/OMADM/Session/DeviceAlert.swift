// SPDX-License-Identifier: Apache-2.0

/// Something that a device tells, one item of an Alert.
///
/// Source: OMA Device Management Protocol 1.2, section 8.7; MS-MDM, section 2.2.7.2.
public struct DeviceAlert: Hashable, Sendable {
    /// What kind of event it is; `nil` when the device leaves it out.
    public var code: AlertCode?
    /// What happened, as `com.microsoft/MDM/LoginStatus`.
    public var type: String?
    /// The node concerned.
    public var source: String?
    /// How the data is to be understood.
    public var format: MetaFormat?
    /// How grave it is: `fatal`, `critical`, `minor`, `warning`, `informational`, `harmless` or `indeterminate`.
    public var mark: String?
    /// What is told.
    public var data: ItemData?
    /// The correlator of the Exec whose result is told.
    public var correlator: String?

    /// Makes an alert.
    ///
    /// - Parameters:
    ///   - code: what kind of event it is.
    ///   - type: what happened.
    ///   - data: what is told.
    public init(code: AlertCode?, type: String? = nil, data: ItemData? = nil) {
        self.code = code
        self.type = type
        self.data = data
    }

    init(_ alert: Command.Alert, _ item: Item?) {
        self.init(code: alert.code, type: item?.meta?.type, data: item?.data)
        source = item?.source?.locURI ?? item?.target?.locURI
        format = item?.meta?.format
        mark = item?.meta?.mark
        correlator = alert.correlator
    }

    /// Tells who is logged in.
    public static let loginStatus = "com.microsoft/MDM/LoginStatus"
    /// Tells that the device leaves management, by its user or after an Exec of Unenroll.
    public static let unenrollment = "com.microsoft:mdm.unenrollment.userrequest"
    /// Tells that a SCEP enrolment has ended; what it carries is not published, so that the nodes have to be read.
    public static let scepResult = "com.microsoft:mdm.SCEPcertinstall.result"
    /// Tells whose settings the session is for.
    public static let syncType = "com.microsoft.mdm.synctype"
    /// Tells that the device works on a message still and will answer it later.
    public static let requestPending = "com.microsoft.mdm.requestpending"

    /// Whether this is a generic alert of a type.
    ///
    /// - Parameter type: one of the types here; `Reversed-Domain-Name:` before the received one is passed over, which
    ///   Windows writes before some.
    /// - Returns: whether it is so.
    public func isGeneric(_ type: String) -> Bool { code == .genericAlert && bareType == type.lowercased() }

    /// Whether the device works on a message still.
    var isRequestPending: Bool { code == .clientEvent && bareType == Self.requestPending }

    /// Who is logged in, when the alert is about that.
    var loginStatus: LoginStatus? {
        guard code == .clientEvent, bareType == Self.loginStatus.lowercased(), let text = data?.text else { return nil }
        return LoginStatus(rawValue: MarkupElement.trimmed(text).lowercased())
    }

    /// Whose settings the session is for, when the alert is about that.
    var sessionScope: SessionScope? {
        guard code == .clientEvent, bareType == Self.syncType, let text = data?.text else { return nil }
        return SessionScope(rawValue: MarkupElement.trimmed(text).lowercased())
    }

    private var bareType: String? {
        guard let type = type?.lowercased() else { return nil }
        let prefix = "reversed-domain-name:"
        return type.hasPrefix(prefix) ? MarkupElement.trimmed(String(type.dropFirst(prefix.count))) : type
    }
}

/// Who is logged in at a device.
///
/// Source: Microsoft, "OMA DM protocol support", user targeted vs device targeted configuration.
public enum LoginStatus: String, CaseIterable, Sendable {
    /// The user who enrolled: `./User` is there.
    case user
    /// Only others: `./User` is not there.
    case others
    /// Nobody.
    case none
}

/// Whose settings a session is for; of the others' every command is answered with 405.
///
/// Source: MS-MDM, section 3.2.5.1.5.
public enum SessionScope: String, CaseIterable, Sendable {
    /// Those of the user alone.
    case user
    /// Those of the device alone.
    case device
    /// Both, as in a session that says nothing of it.
    case mixed
}
