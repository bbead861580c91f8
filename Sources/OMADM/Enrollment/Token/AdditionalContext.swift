// SPDX-License-Identifier: Apache-2.0

/// What a device tells about itself when it asks for a certificate.
///
/// ```
/// ac:AdditionalContext
///   ac:ContextItem Name="DeviceID"
///     ac:Value
/// ```
///
/// Names may stand more than once, a MAC address each; unknown ones are kept.
///
/// Source: MS-WSTEP, section 3.1.4.1.3.1; MS-MDE2, section 3.4.4.1.1.1.
public struct AdditionalContext: Hashable, Sendable {
    /// The items in the order received.
    public var items: [ContextItem]

    /// Makes a context.
    public init(_ items: [ContextItem] = []) { self.items = items }

    /// Reads the context.
    ///
    /// - Throws: ``OMADMError``.
    public init(parsing element: MarkupElement) throws(OMADMError) {
        let namespace = SOAPNamespace.authorization
        let members = element.children("ContextItem", namespace: namespace)
        guard members.count <= MDELimits.contextItems else {
            throw .limitExceeded("context items", limit: MDELimits.contextItems)
        }
        items = []
        for member in members {
            guard let name = member.attribute("Name"), !name.isEmpty else { throw .missing("Name of ContextItem") }
            guard name.utf8.count <= MDELimits.text else {
                throw .limitExceeded("octets of Name", limit: MDELimits.text)
            }
            let value = try member.optionalText("Value", namespace: namespace, limit: MDELimits.contextValue)
            items.append(ContextItem(name, value ?? ""))
        }
    }

    /// The value of the first item with this name; `nil` when there is none or it is empty.
    public subscript(name: ContextItem.Name) -> String? {
        items.first { $0.name == name && !$0.value.isEmpty }?.value
    }

    /// The values of all items with this name.
    public func values(of name: ContextItem.Name) -> [String] {
        items.filter { $0.name == name }.map(\.value)
    }

    var markup: MarkupElement {
        let namespace = SOAPNamespace.authorization
        return MarkupElement(
            "AdditionalContext", namespace: namespace,
            children: items.map { item in
                MarkupElement(
                    "ContextItem", namespace: namespace, attributes: [MarkupAttribute("Name", item.name.rawValue)],
                    content: [.element(MarkupElement("Value", namespace: namespace, text: item.value))])
            })
    }
}

/// One thing a device tells about itself.
public struct ContextItem: Hashable, Sendable {
    /// What is told.
    public var name: Name
    /// The value as text.
    public var value: String

    /// Makes an item.
    public init(_ name: Name, _ value: String) {
        self.name = name
        self.value = value
    }

    /// Makes an item of any name.
    public init(_ name: String, _ value: String) { self.init(Name(rawValue: name), value) }

    /// The name of an item.
    public struct Name: RawRepresentable, Hashable, Sendable {
        /// The name on the wire.
        public let rawValue: String

        /// Takes any name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The name the device keeps for its whole enrolment.
        public static let deviceID = Name(rawValue: "DeviceID")
        /// A digest of the hardware, 64 hexadecimal digits.
        public static let hardwareDeviceID = Name(rawValue: "HWDevID")
        /// The name people gave the device.
        public static let deviceName = Name(rawValue: "DeviceName")
        /// `Full` when a user enrols, `Device` when the device does.
        public static let enrollmentType = Name(rawValue: "EnrollmentType")
        /// The kind of device.
        public static let deviceType = Name(rawValue: "DeviceType")
        /// The version of the operating system.
        public static let osVersion = Name(rawValue: "OSVersion")
        /// The product edition.
        public static let osEdition = Name(rawValue: "OSEdition")
        /// The version of the enrolment client.
        public static let applicationVersion = Name(rawValue: "ApplicationVersion")
        /// The language, `en-US`.
        public static let locale = Name(rawValue: "Locale")
        /// An address of a network card, `00-0C-29-51-60-9D`; may stand more than once.
        public static let mac = Name(rawValue: "MAC")
        /// The number of a modem.
        public static let imei = Name(rawValue: "IMEI")
        /// Whether the user began the enrolment by hand.
        public static let uxInitiated = Name(rawValue: "UXInitiated")
        /// Whether the user who enrols is signed in.
        public static let targetedUserLoggedIn = Name(rawValue: "TargetedUserLoggedIn")
        /// Whether the machine is past its first set-up.
        public static let notInOobe = Name(rawValue: "NotInOobe")
        /// The version of the enrolment protocol, from 5.0 on.
        public static let requestVersion = Name(rawValue: "RequestVersion")
        /// What a deep link or a package handed to the enrolment; in an enrolment that Entra began, the `OpaqueBlob` of
        /// the terms page, unchanged.
        public static let enrollmentData = Name(rawValue: "EnrollmentData")
        /// The `OpaqueBlob` of the terms page under its own name, as clients other than Windows send it.
        public static let opaqueBlob = Name(rawValue: "OpaqueBlob")
    }
}

extension AdditionalContext {
    /// Whether the device enrols itself and not a user.
    public var isDeviceEnrollment: Bool { self[.enrollmentType] == "Device" }
}
