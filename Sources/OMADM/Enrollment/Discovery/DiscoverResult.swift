// SPDX-License-Identifier: Apache-2.0

/// The answer to ``Discover``: how to sign in, and where.
///
/// ```
/// DiscoverResponse
///   DiscoverResult
///     AuthPolicy, EnrollmentVersion, EnrollmentPolicyServiceUrl?, EnrollmentServiceUrl,
///     AuthenticationServiceUrl   (with Federated)
/// ```
///
/// Source: MS-MDE2, section 3.1.4.1.3.2.
public struct DiscoverResult: Hashable, Sendable {
    /// How the user shows who they are.
    public var authPolicy: AuthPolicy
    /// The version of the enrolment.
    public var enrollmentVersion: MDEVersion
    /// Where the policy is; without it devices take defaults.
    public var enrollmentPolicyServiceURL: ServiceURL?
    /// Where certificates are asked for.
    public var enrollmentServiceURL: ServiceURL
    /// The page to sign in at.
    public var authenticationServiceURL: ServiceURL?

    /// Makes an answer.
    public init(
        authPolicy: AuthPolicy, enrollmentVersion: MDEVersion, enrollmentPolicyServiceURL: ServiceURL?,
        enrollmentServiceURL: ServiceURL, authenticationServiceURL: ServiceURL? = nil
    ) {
        self.authPolicy = authPolicy
        self.enrollmentVersion = enrollmentVersion
        self.enrollmentPolicyServiceURL = enrollmentPolicyServiceURL
        self.enrollmentServiceURL = enrollmentServiceURL
        self.authenticationServiceURL = authenticationServiceURL
    }

    /// Reads the element in the body of a reply.
    ///
    /// - Throws: ``OMADMError``, also when Federated comes without a page or an address is not `https`.
    public init(parsing element: MarkupElement) throws(OMADMError) {
        let namespace = element.namespace
        guard element.name == "DiscoverResponse", Discover.isDiscovery(namespace) else {
            throw .unexpectedElement(element.name)
        }
        let result = try element.mandatoryChild("DiscoverResult", namespace: namespace)
        authPolicy = AuthPolicy(rawValue: try result.mandatoryText("AuthPolicy", namespace: namespace))
        // Servers of the first version leave it out.
        let version = try result.optionalText("EnrollmentVersion", namespace: namespace) ?? "3.0"
        enrollmentVersion = try MDEVersion(parsing: version)
        enrollmentServiceURL = try ServiceURL(
            parsing: result.mandatoryText("EnrollmentServiceUrl", namespace: namespace))
        enrollmentPolicyServiceURL = try Self.url("EnrollmentPolicyServiceUrl", in: result)
        authenticationServiceURL = try Self.url("AuthenticationServiceUrl", in: result)
        if authPolicy == .federated, authenticationServiceURL == nil { throw .missing("AuthenticationServiceUrl") }
    }

    private static func url(_ name: String, in result: MarkupElement) throws(OMADMError) -> ServiceURL? {
        guard let text = try result.optionalText(name, namespace: result.namespace) else { return nil }
        return try ServiceURL(parsing: text)
    }

    /// Whether policy and enrolment service are on one host, without which devices stop.
    public var isOnOneHost: Bool {
        enrollmentPolicyServiceURL.map { $0.host == enrollmentServiceURL.host } ?? true
    }

    /// The element in the body of a reply.
    ///
    /// - Throws: ``OMADMError/unwritable(_:reason:)`` when Federated has no page, or the services are on two hosts.
    public func markup() throws(OMADMError) -> MarkupElement {
        guard isOnOneHost else {
            throw .unwritable("EnrollmentPolicyServiceUrl", reason: "is on another host than the enrolment service")
        }
        guard authPolicy != .federated || authenticationServiceURL != nil else {
            throw .unwritable("AuthenticationServiceUrl", reason: "is absent with Federated")
        }
        func leaf(_ name: String, _ text: String?) -> MarkupElement? {
            text.map { MarkupElement(name, namespace: SOAPNamespace.discovery, text: $0) }
        }
        let children = [
            leaf("AuthPolicy", authPolicy.rawValue), leaf("EnrollmentVersion", enrollmentVersion.description),
            leaf("EnrollmentPolicyServiceUrl", enrollmentPolicyServiceURL?.text),
            leaf("EnrollmentServiceUrl", enrollmentServiceURL.text),
            leaf("AuthenticationServiceUrl", authenticationServiceURL?.text),
        ].compactMap { $0 }
        let result = MarkupElement("DiscoverResult", namespace: SOAPNamespace.discovery, children: children)
        return MarkupElement("DiscoverResponse", namespace: SOAPNamespace.discovery, children: [result])
    }
}
