// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// A certificate that a provisioning document puts into a store of the device.
///
/// ```
/// CertificateStore / Root | CA | My / System | User / <SHA-1 in upper case>
///   parm EncodedCertificate   Base64 without line breaks
/// ```
///
/// Source: MS-MDE2, section 3.4.4.1.1.2; CertificateStore CSP.
public struct ProvisionedCertificate: Hashable, Sendable {
    /// Where a certificate goes.
    public enum Store: String, CaseIterable, Sendable {
        /// Trusted roots.
        case root = "Root/System"
        /// Authorities below the root.
        case authority = "CA/System"
        /// Certificates of the user who enrols, with their keys.
        case user = "My/User"
        /// Certificates of the machine, for enrolments of the device itself.
        case system = "My/System"

        /// Whether certificates here are the device's own.
        public var isOwn: Bool { self == .user || self == .system }

        /// How SSLCLIENTCERTSEARCHCRITERIA names the store.
        var searchName: String { rawValue.split(separator: "/").joined(separator: "\\") }

        fileprivate var path: [String] { rawValue.split(separator: "/").map(String.init) }
    }

    /// Where it goes.
    public var store: Store
    /// The certificate, DER.
    public var encoded: [UInt8]

    /// Makes a certificate for a store.
    public init(_ store: Store, encoded: [UInt8]) {
        self.store = store
        self.encoded = encoded
    }

    /// The thumbprint that names the node: SHA-1 over the certificate, 40 hexadecimal digits in upper case.
    public var thumbprint: String { Hex.encode(DigestAlgorithm.sha1.hash(encoded)).uppercased() }

    /// The node; with the mark that the device holds the key, inside for renewals.
    func characteristic(holdsKeyContainer: Bool) -> Characteristic {
        Characteristic(
            thumbprint, parms: [Parm("EncodedCertificate", Base64.encode(encoded))],
            characteristics: holdsKeyContainer ? [Self.privateKeyContainer] : [])
    }

    /// The mark that the key of a certificate is with the device already.
    static let privateKeyContainer = Characteristic("PrivateKeyContainer")

    /// Reads the certificates below `CertificateStore`, in the order of the stores.
    ///
    /// The thumbprint is not compared: Windows does not either, and servers write it in every form.
    static func list(in certificateStore: Characteristic) throws(OMADMError) -> [ProvisionedCertificate] {
        var certificates: [ProvisionedCertificate] = []
        for store in Store.allCases {
            for node in nodes(at: store.path, below: certificateStore) {
                for entry in node.characteristics where entry.has("EncodedCertificate") {
                    certificates.append(ProvisionedCertificate(store, encoded: try octets(of: entry)))
                }
            }
        }
        return certificates
    }

    private static func nodes(at path: [String], below root: Characteristic) -> [Characteristic] {
        path.reduce([root]) { nodes, name in nodes.flatMap { $0.below(name) } }
    }

    private static func octets(of entry: Characteristic) throws(OMADMError) -> [UInt8] {
        guard let text = entry.value("EncodedCertificate"),
            let octets = Base64.decode(text, tolerance: .tolerant), !octets.isEmpty
        else { throw .malformed("EncodedCertificate", reason: "is no Base64") }
        // In a bundle of trusted certificates one that is none makes programs refuse all of it.
        guard (try? CertificateView(parsing: octets)) != nil else {
            throw .malformed("EncodedCertificate", reason: "is no certificate")
        }
        return octets
    }
}
