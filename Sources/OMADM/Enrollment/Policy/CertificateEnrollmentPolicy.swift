// SPDX-License-Identifier: Apache-2.0

/// What a certificate will be like, and what its key has to be.
///
/// ```
/// policy
///   policyOIDReference
///   cAs                         nil
///   attributes
///     commonName, policySchema
///     certificateValidity       (validityPeriodSeconds, renewalPeriodSeconds)
///     permission                (enroll, autoEnroll)
///     privateKeyAttributes      (minimalKeyLength, the rest nil)
///     revision                  (majorRevision, minorRevision)
///     hashAlgorithmOIDReference
///     the rest                  nil
/// ```
///
/// Source: MS-XCEP, sections 3.1.4.1.3.1 and 3.1.4.1.3.7.
public struct CertificateEnrollmentPolicy: Hashable, Sendable {
    /// The policy's own identifier, by number.
    public var policyOIDReference: Int
    /// The name of the policy.
    public var commonName: String
    /// The form of the policy; Windows ignores any but 3 and goes on with its defaults.
    public var policySchema: Int
    /// How long the certificate lives.
    public var validityPeriodSeconds: Int64
    /// How long before its end it is renewed.
    public var renewalPeriodSeconds: Int64
    /// Whether certificates are given at all.
    public var allowsEnroll: Bool
    /// Whether they are renewed without being asked.
    public var allowsAutoEnroll: Bool
    /// The shortest key, in bits.
    public var minimalKeyLength: Int
    /// The revision of the policy, the number before the point.
    public var majorRevision: Int
    /// The revision of the policy, the number behind the point.
    public var minorRevision: Int
    /// The hash algorithm, by number.
    public var hashAlgorithmOIDReference: Int?

    /// Makes a policy of form 3.
    ///
    /// - Parameters:
    ///   - commonName: the name of the policy.
    ///   - validity: how long the certificate lives, in seconds.
    ///   - renewal: how long before its end it is renewed, in seconds.
    ///   - minimalKeyLength: the shortest key, in bits.
    public init(commonName: String, validity: Int64, renewal: Int64, minimalKeyLength: Int = 2048) {
        policyOIDReference = 0
        self.commonName = commonName
        policySchema = Self.schema
        validityPeriodSeconds = validity
        renewalPeriodSeconds = renewal
        allowsEnroll = true
        allowsAutoEnroll = false
        self.minimalKeyLength = minimalKeyLength
        majorRevision = 101
        minorRevision = 0
        hashAlgorithmOIDReference = 0
    }

    /// The only form that Windows reads.
    public static let schema = 3
}

extension CertificateEnrollmentPolicy {
    private static let namespace = SOAPNamespace.policy

    init(parsing element: MarkupElement) throws(OMADMError) {
        let namespace = Self.namespace
        policyOIDReference = try element.mandatoryNumber("policyOIDReference", namespace: namespace)
        let attributes = try element.mandatoryChild("attributes", namespace: namespace)
        commonName = try attributes.optionalText("commonName", namespace: namespace) ?? ""
        policySchema = try attributes.mandatoryNumber("policySchema", namespace: namespace)
        let validity = try attributes.mandatoryChild("certificateValidity", namespace: namespace)
        validityPeriodSeconds = try validity.mandatoryNumber("validityPeriodSeconds", namespace: namespace)
        renewalPeriodSeconds = try validity.mandatoryNumber("renewalPeriodSeconds", namespace: namespace)
        let permission = try attributes.mandatoryChild("permission", namespace: namespace)
        allowsEnroll = try Self.boolean("enroll", in: permission)
        allowsAutoEnroll = try Self.boolean("autoEnroll", in: permission)
        let key = try attributes.mandatoryChild("privateKeyAttributes", namespace: namespace)
        minimalKeyLength = try key.mandatoryNumber("minimalKeyLength", namespace: namespace)
        let revision = try attributes.mandatoryChild("revision", namespace: namespace)
        majorRevision = try revision.mandatoryNumber("majorRevision", namespace: namespace)
        minorRevision = try revision.mandatoryNumber("minorRevision", namespace: namespace)
        hashAlgorithmOIDReference = try attributes.optionalNumber("hashAlgorithmOIDReference", namespace: namespace)
    }

    private static func boolean(_ name: String, in element: MarkupElement) throws(OMADMError) -> Bool {
        switch try element.mandatoryText(name, namespace: namespace) {
        case "true", "1": true
        case "false", "0": false
        default: throw .malformed(name, reason: "is neither true nor false")
        }
    }

    var markup: MarkupElement {
        Self.element(
            "policy",
            [
                Self.leaf("policyOIDReference", policyOIDReference), .absent("cAs", namespace: Self.namespace),
                Self.element("attributes", attributes),
            ])
    }

    private var attributes: [MarkupElement] {
        [
            Self.leaf("commonName", commonName), Self.leaf("policySchema", policySchema),
            Self.element(
                "certificateValidity",
                [
                    Self.leaf("validityPeriodSeconds", validityPeriodSeconds),
                    Self.leaf("renewalPeriodSeconds", renewalPeriodSeconds),
                ]),
            Self.element(
                "permission",
                [
                    Self.leaf("enroll", allowsEnroll), Self.leaf("autoEnroll", allowsAutoEnroll),
                ]),
            Self.element(
                "privateKeyAttributes",
                [Self.leaf("minimalKeyLength", minimalKeyLength)]
                    + Self.absent([
                        "keySpec", "keyUsageProperty", "permissions", "algorithmOIDReference", "cryptoProviders",
                    ])),
            Self.element(
                "revision",
                [
                    Self.leaf("majorRevision", majorRevision), Self.leaf("minorRevision", minorRevision),
                ]),
        ]
            + Self.absent([
                "supersededPolicies", "privateKeyFlags", "subjectNameFlags", "enrollmentFlags", "generalFlags",
            ])
            + [
                .optional(
                    "hashAlgorithmOIDReference", namespace: Self.namespace,
                    text: hashAlgorithmOIDReference.map { String($0) })
            ] + Self.absent(["rARequirements", "keyArchivalAttributes", "extensions"])
    }

    private static func element(_ name: String, _ children: [MarkupElement]) -> MarkupElement {
        MarkupElement(name, namespace: namespace, children: children)
    }

    private static func leaf(_ name: String, _ value: some CustomStringConvertible) -> MarkupElement {
        MarkupElement(name, namespace: namespace, text: value.description)
    }

    private static func absent(_ names: [String]) -> [MarkupElement] {
        names.map { .absent($0, namespace: namespace) }
    }
}
