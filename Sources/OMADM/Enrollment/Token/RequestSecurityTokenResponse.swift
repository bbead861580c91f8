// SPDX-License-Identifier: Apache-2.0

/// The answer to ``RequestSecurityToken``: the provisioning document in a token.
///
/// ```
/// RequestSecurityTokenResponseCollection
///   RequestSecurityTokenResponse
///     TokenType, DispositionMessage,
///     RequestedSecurityToken/BinarySecurityToken, RequestID
/// ```
///
/// Source: MS-WSTEP, section 3.1.4.1.2.6; MS-MDE2, section 3.4.4.1.1.2.
public struct RequestSecurityTokenResponse: Hashable, Sendable {
    /// The provisioning document, its XML as octets.
    public var provisioning: [UInt8]
    /// What the authority says; empty.
    public var dispositionMessage: String
    /// The number of the request; 0.
    public var requestID: String

    /// Makes an answer.
    public init(provisioning: [UInt8]) {
        self.provisioning = provisioning
        dispositionMessage = ""
        requestID = "0"
    }

    /// Reads the element in the body of a reply.
    ///
    /// - Throws: ``OMADMError``.
    public init(parsing element: MarkupElement) throws(OMADMError) {
        let trust = SOAPNamespace.trust
        guard element.isNamed("RequestSecurityTokenResponseCollection", namespace: trust) else {
            throw .unexpectedElement(element.name)
        }
        let response = try element.mandatoryChild("RequestSecurityTokenResponse", namespace: trust)
        let requested = try response.mandatoryChild("RequestedSecurityToken", namespace: trust)
        let token = try BinarySecurityToken(
            parsing: requested.mandatoryChild("BinarySecurityToken", namespace: SOAPNamespace.security))
        guard token.valueType == .deviceEnrollmentProvisionDoc else {
            throw .malformed("ValueType", reason: "is not that of a provisioning document")
        }
        provisioning = token.octets
        let enrollment = SOAPNamespace.enrollment
        dispositionMessage = try response.optionalText("DispositionMessage", namespace: enrollment) ?? ""
        requestID = try response.optionalText("RequestID", namespace: enrollment) ?? ""
    }

    /// The element in the body of a reply.
    public var markup: MarkupElement {
        func element(_ name: String, _ children: [MarkupElement]) -> MarkupElement {
            MarkupElement(name, namespace: SOAPNamespace.trust, children: children)
        }
        func leaf(_ name: String, _ text: String) -> MarkupElement {
            MarkupElement(name, namespace: SOAPNamespace.enrollment, text: text)
        }
        let token = BinarySecurityToken(.deviceEnrollmentProvisionDoc, octets: provisioning)
        let response = element(
            "RequestSecurityTokenResponse",
            [
                MarkupElement("TokenType", namespace: SOAPNamespace.trust, text: RequestSecurityToken.tokenType),
                leaf("DispositionMessage", dispositionMessage),
                element("RequestedSecurityToken", [token.markup]),
                leaf("RequestID", requestID),
            ])
        return element("RequestSecurityTokenResponseCollection", [response])
    }
}
