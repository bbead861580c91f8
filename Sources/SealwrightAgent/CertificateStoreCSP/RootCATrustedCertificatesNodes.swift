// SPDX-License-Identifier: Apache-2.0

import OMADM

/// The certificates that servers have the device trust, or not trust whatever else says so.
///
/// Root and CA are the stores `root` and `ca`, TrustedPublisher and TrustedPeople are `trusted`, UntrustedCertificates is
/// `untrusted`: what is in it is good for nothing, see ``ChainEvidence``. Users have all but Root.
///
/// Source: Microsoft, RootCATrustedCertificates CSP.
struct RootCATrustedCertificatesNodes: CertificateNodes {
    static let root = ["Vendor", "MSFT", "RootCATrustedCertificates"]

    let containers: [CertificateContainer]
    let definitions: [NodeDefinition]

    init() {
        let root = Self.root.joined(separator: "/")
        containers = [
            CertificateContainer(root + "/Root", .root),
            CertificateContainer(root + "/CA", .ca, scopes: .both),
            CertificateContainer(root + "/TrustedPublisher", .trusted, scopes: .both),
            CertificateContainer(root + "/TrustedPeople", .trusted, scopes: .both),
            CertificateContainer(root + "/UntrustedCertificates", .untrusted, scopes: .both, sinceBuild: "10.0.17134"),
        ]
        definitions =
            [NodeDefinition(root, .node, .get, isPermanent: true, sinceBuild: "10.0.10240")]
            + containers.flatMap(\.definitions)
    }
}
