// SPDX-License-Identifier: Apache-2.0

/// An object identifier that policies refer to by number.
///
/// ```
/// oID: value, group, oIDReferenceID, defaultName
/// ```
///
/// Source: MS-XCEP, section 3.1.4.1.3.16.
public struct PolicyObjectIdentifier: Hashable, Sendable {
    /// The identifier in dotted form.
    public var value: String
    /// What it identifies; 1 is a hash algorithm.
    public var group: Int
    /// The number that policies refer to.
    public var referenceID: Int
    /// A name for people.
    public var defaultName: String

    /// Makes an identifier.
    public init(value: String, group: Int, referenceID: Int, defaultName: String) {
        self.value = value
        self.group = group
        self.referenceID = referenceID
        self.defaultName = defaultName
    }

    /// The group of hash algorithms; Windows takes no other for a hash.
    public static let hashGroup = 1

    /// SHA-256 under the number 0.
    public static let sha256 = PolicyObjectIdentifier(
        value: "2.16.840.1.101.3.4.2.1", group: hashGroup, referenceID: 0, defaultName: "szOID_NIST_sha256")

    init(parsing element: MarkupElement) throws(OMADMError) {
        value = try element.mandatoryText("value", namespace: SOAPNamespace.policy)
        group = try element.mandatoryNumber("group", namespace: SOAPNamespace.policy)
        referenceID = try element.mandatoryNumber("oIDReferenceID", namespace: SOAPNamespace.policy)
        defaultName = try element.optionalText("defaultName", namespace: SOAPNamespace.policy) ?? ""
    }

    var markup: MarkupElement {
        func leaf(_ name: String, _ text: String) -> MarkupElement {
            MarkupElement(name, namespace: SOAPNamespace.policy, text: text)
        }
        return MarkupElement(
            "oID", namespace: SOAPNamespace.policy,
            children: [
                leaf("value", value), leaf("group", String(group)), leaf("oIDReferenceID", String(referenceID)),
                leaf("defaultName", defaultName),
            ])
    }
}
