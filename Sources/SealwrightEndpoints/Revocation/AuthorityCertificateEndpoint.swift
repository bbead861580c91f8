// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
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
        let certificate = context.certificate
        switch form {
        case "cer", "crt", "der":
            return reply(Array(certificate.encoded), "application/pkix-cert", of: certificate)
        case "pem":
            let chain = registry.chain(of: context.authority.id).map {
                PEM.encode(Array($0.certificate.encoded), label: "CERTIFICATE")
            }
            return reply(Array(chain.joined().utf8), "application/x-pem-file", of: certificate)
        case "p7b", "p7c":
            let chain = registry.chain(of: context.authority.id).map { Array($0.certificate.encoded) }
            let bundle = SignedData.certificatesOnly(chain, keepOrder: false)
            return reply(bundle, "application/pkcs7-mime", of: certificate)
        default: return .text(.notFound, "Ask for .cer, .pem or .p7b.\n")
        }
    }

    /// An hour is short beside an authority's life and long beside the time a chain is built in.
    private func reply(_ bytes: [UInt8], _ mediaType: String, of certificate: CertificateView) -> EndpointReply {
        guard let start = certificate.notBefore, let end = certificate.notAfter else {
            return EndpointReply(body: .bytes(bytes), mediaType: mediaType)
        }
        let freshness = EndpointReply.Freshness(
            producedAt: start, notAfter: end, maxAge: 3_600, digest: DigestAlgorithm.sha256.hash(bytes))
        return EndpointReply(body: .bytes(bytes), mediaType: mediaType, freshness: freshness)
    }
}
