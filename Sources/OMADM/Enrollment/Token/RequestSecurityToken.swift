// SPDX-License-Identifier: Apache-2.0

/// A request for a certificate.
///
/// ```
/// wst:RequestSecurityToken
///   wst:TokenType            …/ConfigurationManager/Enrollment/DeviceEnrollmentToken
///   wst:RequestType          …/ws-trust/200512/Issue or …/Renew
///   wsse:BinarySecurityToken the PKCS#10, or the PKCS#7 of a renewal
///   ac:AdditionalContext?
/// ```
///
/// Source: MS-WSTEP, section 3.1.4.1.2.5; MS-MDE2, section 3.4.4.1.1.1.
public struct RequestSecurityToken: Hashable, Sendable {
    /// Whether this is the first certificate.
    public enum RequestType: String, CaseIterable, Sendable {
        /// A first certificate.
        case issue = "http://docs.oasis-open.org/ws-sx/ws-trust/200512/Issue"
        /// A certificate in place of one that ends.
        case renew = "http://docs.oasis-open.org/ws-sx/ws-trust/200512/Renew"
    }

    /// Whether this is the first certificate.
    public var requestType: RequestType
    /// The request itself.
    public var token: BinarySecurityToken
    /// What the device tells about itself.
    public var context: AdditionalContext

    /// Makes a request.
    public init(_ requestType: RequestType, token: BinarySecurityToken, context: AdditionalContext) {
        self.requestType = requestType
        self.token = token
        self.context = context
    }

    /// The only token type of device enrolment.
    static let tokenType =
        "http://schemas.microsoft.com/5.0.0.0/ConfigurationManager/Enrollment/DeviceEnrollmentToken"

    /// Reads the element in the body of a request.
    ///
    /// - Throws: ``OMADMError``.
    public init(parsing element: MarkupElement) throws(OMADMError) {
        guard element.isNamed("RequestSecurityToken", namespace: SOAPNamespace.trust) else {
            throw .unexpectedElement(element.name)
        }
        guard try element.mandatoryText("TokenType", namespace: SOAPNamespace.trust) == Self.tokenType else {
            throw .malformed("TokenType", reason: "is not that of device enrolment")
        }
        let type = try element.mandatoryText("RequestType", namespace: SOAPNamespace.trust)
        guard let requestType = RequestType(rawValue: type) else {
            throw .malformed("RequestType", reason: "is neither Issue nor Renew")
        }
        self.requestType = requestType
        token = try BinarySecurityToken(
            parsing: element.mandatoryChild("BinarySecurityToken", namespace: SOAPNamespace.security))
        let context = try element.onlyChild("AdditionalContext", namespace: SOAPNamespace.authorization)
        self.context = if let context { try AdditionalContext(parsing: context) } else { AdditionalContext() }
    }

    /// The element in the body of a request.
    public var markup: MarkupElement {
        func leaf(_ name: String, _ text: String) -> MarkupElement {
            MarkupElement(name, namespace: SOAPNamespace.trust, text: text)
        }
        return MarkupElement(
            "RequestSecurityToken", namespace: SOAPNamespace.trust,
            children: [
                leaf("TokenType", Self.tokenType), leaf("RequestType", requestType.rawValue), token.markup,
                context.markup,
            ])
    }

    /// The prefixes Windows writes.
    static let prefixes = [
        (namespace: SOAPNamespace.trust, prefix: "wst"), (SOAPNamespace.security, "wsse"),
        (SOAPNamespace.authorization, "ac"),
    ]
}
