// SPDX-License-Identifier: Apache-2.0

import PKIFormats
package import SealwrightCore

/// Serves the certificates of authorities, where caIssuers URLs point: `issuing.cer` (DER), `.pem`, and `.p7b` with
/// the chain.
///
/// Source: RFC 5280, section 4.2.2.1; RFC 2585, section 4.1.
package struct AuthorityCertificateEndpoint: Sendable {
    private let registry: AuthorityRegistry

    package init(registry: AuthorityRegistry) { self.registry = registry }

    /// Answers a GET of `/ca/<file>`.
    package func respond(toFile file: String) -> EndpointReply {
        let parts = file.split(separator: ".")
        guard parts.count == 2, let name = parts.first, let form = parts.last,
            let context = registry.context(AuthorityID(rawValue: String(name)))
        else { return .text(.notFound, "There is no such authority.\n") }
        let certificate = context.certificate.encoded
        switch form {
        case "cer", "crt", "der":
            return EndpointReply(body: .bytes(Array(certificate)), mediaType: "application/pkix-cert")
        case "pem":
            let chain = registry.chain(of: context.authority.id).map {
                PEM.encode(Array($0.certificate.encoded), label: "CERTIFICATE")
            }
            return EndpointReply(body: .bytes(Array(chain.joined().utf8)), mediaType: "application/x-pem-file")
        case "p7b", "p7c":
            let chain = registry.chain(of: context.authority.id).map { Array($0.certificate.encoded) }
            return EndpointReply(
                body: .bytes(SignedData.certificatesOnly(chain, keepOrder: false)), mediaType: "application/pkcs7-mime")
        default: return .text(.notFound, "Ask for .cer, .pem or .p7b.\n")
        }
    }
}
