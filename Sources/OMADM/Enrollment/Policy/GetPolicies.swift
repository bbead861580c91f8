// SPDX-License-Identifier: Apache-2.0

/// The question what a certificate will be like.
///
/// ```
/// GetPolicies
///   client         (lastUpdate nil, preferredLanguage nil, TPMManufacturer?, TPMFirmwareVersion?)
///   requestFilter  nil
/// ```
///
/// Source: MS-XCEP, section 3.1.4.1.2.1.
public struct GetPolicies: Hashable, Sendable {
    /// The language the client would like.
    public var preferredLanguage: String?
    /// Who made the TPM; newer builds of Windows tell.
    public var tpmManufacturer: String?
    /// The version of the TPM's firmware.
    public var tpmFirmwareVersion: String?

    /// Makes a question.
    public init(
        preferredLanguage: String? = nil, tpmManufacturer: String? = nil, tpmFirmwareVersion: String? = nil
    ) {
        self.preferredLanguage = preferredLanguage
        self.tpmManufacturer = tpmManufacturer
        self.tpmFirmwareVersion = tpmFirmwareVersion
    }

    /// Reads the element in the body of a request; filters and dates are read over, there is one policy.
    ///
    /// - Throws: ``OMADMError``.
    public init(parsing element: MarkupElement) throws(OMADMError) {
        guard element.isNamed("GetPolicies", namespace: SOAPNamespace.policy) else {
            throw .unexpectedElement(element.name)
        }
        self.init()
        guard let client = try element.onlyChild("client", namespace: SOAPNamespace.policy) else { return }
        preferredLanguage = try client.optionalText("preferredLanguage", namespace: SOAPNamespace.policy)
        tpmManufacturer = try client.optionalText("TPMManufacturer", namespace: SOAPNamespace.policy)
        tpmFirmwareVersion = try client.optionalText("TPMFirmwareVersion", namespace: SOAPNamespace.policy)
    }

    /// The element in the body of a request.
    public var markup: MarkupElement {
        let namespace = SOAPNamespace.policy
        var client = [
            MarkupElement.absent("lastUpdate", namespace: namespace),
            MarkupElement.optional("preferredLanguage", namespace: namespace, text: preferredLanguage),
        ]
        if let tpmManufacturer {
            client.append(MarkupElement("TPMManufacturer", namespace: namespace, text: tpmManufacturer))
        }
        if let tpmFirmwareVersion {
            client.append(MarkupElement("TPMFirmwareVersion", namespace: namespace, text: tpmFirmwareVersion))
        }
        return MarkupElement(
            "GetPolicies", namespace: namespace,
            children: [
                MarkupElement("client", namespace: namespace, children: client),
                MarkupElement.absent("requestFilter", namespace: namespace),
            ])
    }

    /// The prefix of `xsi:nil`.
    static let prefixes = [(namespace: SOAPNamespace.schemaInstance, prefix: "xsi")]
}
