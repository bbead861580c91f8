// SPDX-License-Identifier: Apache-2.0

/// Purposes of the key in the form of policies, which Windows reads beside the extended key usage.
///
/// On the wire as ``CertificatePolicies``, in 1.3.6.1.4.1.311.21.10.
///
/// Source: MS-WCCE, section 2.2.2.7.7.3 (szOID_APPLICATION_CERT_POLICIES).
public struct ApplicationPolicies: CertificateExtensionValue {
    /// 1.3.6.1.4.1.311.21.10.
    public static let extensionOID = OID.microsoftApplicationPolicies

    /// The policies in order.
    public let policies: [PolicyInformation]

    /// Makes a list of policies.
    public init(_ policies: [PolicyInformation]) { self.policies = policies }

    /// Makes a list of purposes.
    public init(purposes: [OID]) { self.init(purposes.map { PolicyInformation(id: $0) }) }

    /// Reads the contents of the OCTET STRING.
    ///
    /// - Throws: ``FormatError``.
    public init(parsing value: [UInt8]) throws(FormatError) {
        self.policies = try PolicyInformation.list(parsing: value)
    }

    /// The purposes.
    public var purposes: [OID] { policies.map(\.id) }

    /// Appends the value.
    public func encode(into writer: inout DERWriter) { CertificatePolicies(policies).encode(into: &writer) }
}
