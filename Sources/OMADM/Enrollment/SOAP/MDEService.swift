// SPDX-License-Identifier: Apache-2.0

/// The three services of an enrolment server, each one exchange of SOAP messages.
///
/// Source: MS-MDE2, sections 3.1, 3.3 and 3.4.
public enum MDEService: String, CaseIterable, Sendable {
    /// Where the other services are and how users show who they are.
    case discovery
    /// What the certificate will be like (MS-XCEP).
    case policy
    /// The certificate and everything the device needs to be managed (MS-WSTEP).
    case enrollment

    /// The path public servers use; devices follow whatever discovery returns.
    public var path: String {
        switch self {
        case .discovery: "/EnrollmentServer/Discovery.svc"
        case .policy: "/EnrollmentServer/Policy.svc"
        case .enrollment: "/EnrollmentServer/Enrollment.svc"
        }
    }

    /// The WS-Addressing action of a request.
    public var requestAction: String {
        switch self {
        case .discovery: SOAPNamespace.discovery + "/IDiscoveryService/Discover"
        case .policy: SOAPNamespace.policy + "/IPolicy/GetPolicies"
        case .enrollment: SOAPNamespace.enrollment + "/RST/wstep"
        }
    }

    /// The WS-Addressing action of a reply, a fault included.
    public var responseAction: String {
        switch self {
        case .discovery: SOAPNamespace.discovery + "/IDiscoveryService/DiscoverResponse"
        case .policy: SOAPNamespace.policy + "/IPolicy/GetPoliciesResponse"
        case .enrollment: SOAPNamespace.enrollment + "/RSTRC/wstep"
        }
    }

    /// The local name of the element in the body of a request.
    var requestElement: String {
        switch self {
        case .discovery: "Discover"
        case .policy: "GetPolicies"
        case .enrollment: "RequestSecurityToken"
        }
    }

    /// The MessageID real devices put into every request of this service.
    ///
    /// It never changes, so it is no key for replays; it only shows which reply belongs to which request.
    public var messageIDOfWindows: String {
        switch self {
        case .discovery: "urn:uuid:748132ec-a575-4329-b01b-6171a9cf8478"
        case .policy: "urn:uuid:72048B64-0F19-448F-8C2E-B4C661860AA0"
        case .enrollment: "urn:uuid:0d5a1441-5891-453b-becf-a2e5f6ea3749"
        }
    }
}

extension MDEService {
    /// The media type of every request and reply.
    public static let mediaType = "application/soap+xml; charset=utf-8"

    /// Whether a Content-Type can be that of a SOAP message, in an encoding that is read.
    ///
    /// Windows says `application/soap+xml`; other clients say XML, or nothing. What a browser can send from a page of
    /// somebody else is none of these.
    public static func isSOAP(_ contentType: String?) -> Bool {
        guard let contentType else { return true }
        let name = MediaTypeName(of: contentType)
        return ["application/soap+xml", "text/xml", "application/xml"].contains(name.text) && !name.namesForeignCharset
    }
}
