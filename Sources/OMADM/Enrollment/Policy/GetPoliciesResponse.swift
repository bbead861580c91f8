// SPDX-License-Identifier: Apache-2.0

/// The answer to ``GetPolicies``.
///
/// ```
/// GetPoliciesResponse
///   response   (policyID, policyFriendlyName, nextUpdateHours, policiesNotChanged, policies/policy*)
///   cAs        nil
///   oIDs       oID*
/// ```
///
/// Source: MS-XCEP, section 3.1.4.1.2.2.
public struct GetPoliciesResponse: Hashable, Sendable {
    /// The name of this set of policies; may be empty.
    public var policyID: String
    /// The policies; Windows takes the first.
    public var policies: [CertificateEnrollmentPolicy]
    /// The identifiers that the policies refer to.
    public var oIDs: [PolicyObjectIdentifier]

    /// Makes an answer with one policy and SHA-256.
    public init(_ policy: CertificateEnrollmentPolicy) {
        policyID = ""
        policies = [policy]
        oIDs = [.sha256]
    }

    private static let namespace = SOAPNamespace.policy

    /// Reads the element in the body of a reply.
    ///
    /// - Throws: ``OMADMError``.
    public init(parsing element: MarkupElement) throws(OMADMError) {
        guard element.isNamed("GetPoliciesResponse", namespace: Self.namespace) else {
            throw .unexpectedElement(element.name)
        }
        let response = try element.mandatoryChild("response", namespace: Self.namespace)
        policyID = try response.optionalText("policyID", namespace: Self.namespace) ?? ""
        policies = []
        for member in try Self.members("policy", of: "policies", in: response) {
            policies.append(try CertificateEnrollmentPolicy(parsing: member))
        }
        oIDs = []
        for member in try Self.members("oID", of: "oIDs", in: element) {
            oIDs.append(try PolicyObjectIdentifier(parsing: member))
        }
    }

    private static func members(
        _ name: String, of list: String, in element: MarkupElement
    ) throws(OMADMError) -> [MarkupElement] {
        guard let list = try element.onlyChild(list, namespace: namespace) else { return [] }
        let members = list.children(name, namespace: namespace)
        guard members.count <= MDELimits.members else {
            throw .limitExceeded("members of \(list.name)", limit: MDELimits.members)
        }
        return members
    }

    /// The policy a client goes by: the first of form 3 that allows to enrol.
    public var effectivePolicy: CertificateEnrollmentPolicy? {
        policies.first { $0.policySchema == CertificateEnrollmentPolicy.schema && $0.allowsEnroll }
    }

    /// The hash algorithm of a policy in dotted form; `nil` when its number names none of the group of hashes.
    public func hashAlgorithm(of policy: CertificateEnrollmentPolicy) -> String? {
        oIDs.first {
            $0.referenceID == policy.hashAlgorithmOIDReference && $0.group == PolicyObjectIdentifier.hashGroup
        }?.value
    }

    /// The element in the body of a reply.
    public var markup: MarkupElement {
        func element(_ name: String, _ children: [MarkupElement]) -> MarkupElement {
            MarkupElement(name, namespace: Self.namespace, children: children)
        }
        func absent(_ name: String) -> MarkupElement { .absent(name, namespace: Self.namespace) }
        return element(
            "GetPoliciesResponse",
            [
                element(
                    "response",
                    [
                        MarkupElement("policyID", namespace: Self.namespace, text: policyID),
                        absent("policyFriendlyName"),
                        absent("nextUpdateHours"), absent("policiesNotChanged"),
                        element("policies", policies.map(\.markup)),
                    ]),
                absent("cAs"), element("oIDs", oIDs.map(\.markup)),
            ])
    }
}
