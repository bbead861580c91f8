// SPDX-License-Identifier: Apache-2.0

/// The question a device begins with: where to enrol, and how its user signs in.
///
/// ```
/// Discover
///   request                (children in any order)
///     EmailAddress         may be `domain\user`, may be empty
///     RequestVersion       4.0
///     DeviceType           CIMClient_Windows
///     ApplicationVersion   10.0.19043.2364
///     OSEdition            72
///     AuthPolicies         1 to 3 AuthPolicy
/// ```
///
/// Source: MS-MDE2, section 3.1.4.1.3.1.
public struct Discover: Hashable, Sendable {
    /// The mail address or user name; empty when the device has none.
    public var emailAddress: String
    /// The newest version the device speaks.
    public var requestVersion: MDEVersion
    /// The kind of device; `nil` when not told.
    public var deviceType: String?
    /// The version of the operating system; `nil` when not told.
    public var applicationVersion: String?
    /// The product edition, a number of GetProductInfo; `nil` when not told.
    public var osEdition: UInt32?
    /// What the device offers, in its order.
    public var authPolicies: [AuthPolicy]

    /// Makes a question.
    public init(
        emailAddress: String, requestVersion: MDEVersion, deviceType: String? = "CIMClient_Windows",
        applicationVersion: String? = nil, osEdition: UInt32? = nil, authPolicies: [AuthPolicy]
    ) {
        self.emailAddress = emailAddress
        self.requestVersion = requestVersion
        self.deviceType = deviceType
        self.applicationVersion = applicationVersion
        self.osEdition = osEdition
        self.authPolicies = authPolicies
    }

    /// Reads the element in the body of a request.
    ///
    /// - Throws: ``OMADMError``.
    public init(parsing element: MarkupElement) throws(OMADMError) {
        let namespace = element.namespace
        guard element.name == "Discover", Self.isDiscovery(namespace) else { throw .unexpectedElement(element.name) }
        let request = try element.mandatoryChild("request", namespace: namespace)
        emailAddress = try request.optionalText("EmailAddress", namespace: namespace) ?? ""
        requestVersion = try MDEVersion(
            parsing: request.mandatoryText("RequestVersion", namespace: namespace))
        deviceType = try request.optionalText("DeviceType", namespace: namespace)
        applicationVersion = try request.optionalText("ApplicationVersion", namespace: namespace)
        osEdition = try request.optionalNumber("OSEdition", namespace: namespace)
        authPolicies = try Self.authPolicies(request.mandatoryChild("AuthPolicies", namespace: namespace))
    }

    private static func authPolicies(_ element: MarkupElement) throws(OMADMError) -> [AuthPolicy] {
        let members = element.children("AuthPolicy", namespace: element.namespace)
        guard members.count <= MDELimits.members else {
            throw .limitExceeded("authentication policies", limit: MDELimits.members)
        }
        var policies: [AuthPolicy] = []
        for member in members { policies.append(AuthPolicy(rawValue: try member.leafText())) }
        if policies.isEmpty, let policy = try authPolicyOfOldSample(element) { policies = [policy] }
        guard !policies.isEmpty else { throw .missing("AuthPolicy") }
        return policies
    }

    /// The policy as text of `AuthPolicies`, without an element of its own.
    ///
    /// An early sample of Microsoft's enrolment page shows it so, and clients were written after that sample.
    private static func authPolicyOfOldSample(_ element: MarkupElement) throws(OMADMError) -> AuthPolicy? {
        let text = try element.leafText()
        return text.isEmpty ? nil : AuthPolicy(rawValue: text)
    }

    /// Whether a namespace is that of discovery; samples of Microsoft end it with a slash.
    static func isDiscovery(_ namespace: String) -> Bool {
        namespace == SOAPNamespace.discovery || namespace == SOAPNamespace.discovery + "/"
    }

    /// The element in the body of a request.
    public var markup: MarkupElement {
        func leaf(_ name: String, _ text: String) -> MarkupElement {
            MarkupElement(name, namespace: SOAPNamespace.discovery, text: text)
        }
        var children = [
            leaf("EmailAddress", emailAddress), leaf("RequestVersion", requestVersion.description),
        ]
        if let deviceType { children.append(leaf("DeviceType", deviceType)) }
        if let applicationVersion { children.append(leaf("ApplicationVersion", applicationVersion)) }
        if let osEdition { children.append(leaf("OSEdition", String(osEdition))) }
        children.append(
            MarkupElement(
                "AuthPolicies", namespace: SOAPNamespace.discovery,
                children: authPolicies.map { leaf("AuthPolicy", $0.rawValue) }))
        let request = MarkupElement("request", namespace: SOAPNamespace.discovery, children: children)
        return MarkupElement("Discover", namespace: SOAPNamespace.discovery, children: [request])
    }
}
