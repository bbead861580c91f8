// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// How a device finds the certificate it shows the management server.
///
/// ```
/// Subject=CN%3D0123…&Stores=My%5CUser
/// ```
///
/// Several values of one name are joined by U+F000. Windows knows these two names and no wildcards.
///
/// Source: w7 APPLICATION CSP, SSLCLIENTCERTSEARCHCRITERIA.
public struct CertificateSearchCriteria: Hashable, Sendable {
    /// Subjects, in the form `CN=…`.
    public var subjects: [String]
    /// Stores, in the form `My\User`.
    public var stores: [String]

    /// Makes criteria.
    public init(subjects: [String], stores: [String]) {
        self.subjects = subjects
        self.stores = stores
    }

    /// The certificate whose subject is exactly `CN=<DeviceID>`.
    public init(_ deviceID: MDEDeviceID, in store: ProvisionedCertificate.Store) {
        self.init(subjects: ["CN=\(deviceID.text)"], stores: [store.searchName])
    }

    private static let separator = "\u{F000}"

    /// Reads criteria.
    ///
    /// - Throws: ``OMADMError/malformed(_:reason:)`` for an unknown name or a broken percent-encoding.
    public init(parsing text: String) throws(OMADMError) {
        self.init(subjects: [], stores: [])
        for part in text.split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = pair.first, let encoded = pair.last, pair.count == 2,
                let value = PercentEncoding.text(encoded.utf8)
            else { throw .malformed("SSLCLIENTCERTSEARCHCRITERIA", reason: "is not of names and values") }
            let values = value.split(separator: Self.separator).map(String.init)
            switch name {
            case "Subject": subjects += values
            case "Stores": stores += values
            default: throw .malformed("SSLCLIENTCERTSEARCHCRITERIA", reason: "holds a name besides Subject and Stores")
            }
        }
    }

    /// The text of the parameter.
    public var text: String {
        let parts = [("Subject", subjects), ("Stores", stores)].filter { !$0.1.isEmpty }.map { name, values in
            "\(name)=\(PercentEncoding.encode(values.joined(separator: Self.separator).utf8))"
        }
        return parts.joined(separator: "&")
    }
}
