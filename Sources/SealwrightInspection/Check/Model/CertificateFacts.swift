// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
package import PKIFormats

/// What people ask of a certificate first; the facts of the certificate viewer.
package struct CertificateFacts: Sendable, Hashable {
    /// The name it has in its store or PKCS#12, if any.
    package let friendlyName: String?
    package let subject: String
    package let issuer: String
    /// Names of the hosts it was issued to: subjectAltName, else the common name.
    package let hosts: [String]
    /// Hosts of the servers that issued it: those of its CRL, OCSP and issuer URLs.
    package let issuingServers: [String]
    /// Hexadecimal.
    package let serial: String
    package let notBefore: Timestamp?
    package let notAfter: Timestamp?
    /// `RSA 2048`.
    package let key: String
    /// `RSA with SHA-256`.
    package let signature: String
    /// SHA-256 over the certificate, hexadecimal.
    package let sha256: String
    package let isSelfSigned: Bool

    package init(_ certificate: CertificateView, friendlyName: String? = nil) {
        self.friendlyName = friendlyName.map { Printable.text($0, limit: 256) }
        subject = Printable.text(certificate.subject.isEmpty ? "(no subject)" : certificate.subject.rfc4514, limit: 512)
        issuer = Printable.text(certificate.issuer.isEmpty ? "(no issuer)" : certificate.issuer.rfc4514, limit: 512)
        hosts = Self.hosts(of: certificate)
        issuingServers = Self.issuingServers(of: certificate)
        serial = certificate.serialNumber.hex
        notBefore = certificate.notBefore
        notAfter = certificate.notAfter
        key = PublicKeyDescription(key: certificate.subjectPublicKeyInfo).name
        signature = certificate.signatureAlgorithm.signatureName
        sha256 = Hex.encode(certificate.fingerprint())
        isSelfSigned = certificate.isSelfIssued
    }

    /// The most hosts that are listed; a certificate can name thousands.
    private static let hostLimit = 100

    private static func hosts(of certificate: CertificateView) -> [String] {
        let names = certificate.subjectAlternativeName?.names ?? []
        let hosts = names.compactMap { name -> String? in
            switch name {
            case .dnsName(let host): host
            case .ipAddress(let octets): IPAddressText.format(octets)
            default: nil
            }
        }
        let found = hosts.isEmpty ? [certificate.subject.commonName].compactMap { $0 } : hosts
        return found.prefix(hostLimit).map { Printable.text($0, limit: 253) }
    }

    private static func issuingServers(of certificate: CertificateView) -> [String] {
        let access = certificate.authorityInformationAccess
        let urls =
            (access?.caIssuersURIs ?? []) + (access?.ocspURIs ?? []) + (certificate.crlDistributionPoints?.uris ?? [])
        var hosts: [String] = []
        for url in urls.prefix(hostLimit) {
            guard let host = URLHost(url)?.name, !hosts.contains(host) else { continue }
            hosts.append(host)
        }
        return hosts.map { Printable.text($0, limit: 253) }
    }
}

/// The host part of a URL.
///
/// Source: RFC 3986, section 3.2.
struct URLHost {
    let name: String

    /// - Returns: `nil` when there is no authority part with a host.
    init?(_ url: String) {
        guard let start = url.firstRange(of: "://")?.upperBound else { return nil }
        let authority = url[start...].prefix { !"/?#".contains($0) }
        let hostAndPort = authority.split(separator: "@").last ?? ""
        let host =
            hostAndPort.hasPrefix("[")
            ? hostAndPort.dropFirst().prefix { $0 != "]" } : hostAndPort.prefix { $0 != ":" }
        guard !host.isEmpty else { return nil }
        name = host.lowercased()
    }
}
