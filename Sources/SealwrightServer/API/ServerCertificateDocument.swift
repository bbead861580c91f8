// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightCore

/// A certificate in a chain as the API tells it.
package struct ChainCertificateDocument: Codable, Sendable {
    package let subject: String
    package let issuer: String
    package let serial: String
    package let notBefore: String?
    package let notAfter: String?
    /// SHA-256 of the certificate, hexadecimal.
    package let fingerprint: String
    package let pem: String

    init(_ certificate: CertificateView) {
        subject = certificate.subject.rfc4514
        issuer = certificate.issuer.rfc4514
        serial = certificate.serialNumber.hex
        notBefore = certificate.notBefore?.iso8601
        notAfter = certificate.notAfter?.iso8601
        fingerprint = Hex.encode(certificate.fingerprint(.sha256))
        pem = PEM.encode(certificate.encoded, label: "CERTIFICATE")
    }
}

/// A server certificate that the own authority did not issue, from the request on.
package struct ServerCertificateDocument: Codable, Sendable {
    package let id: String
    /// `request`, `imported` or `self-signed`.
    package let source: String
    /// `requested`, `candidate`, `active`, `previous`, `used` or `discarded`.
    package let state: String
    package let names: [String]
    package let key: String?
    package let createdAt: String
    package let createdBy: String
    package let chain: [ChainCertificateDocument]
    package let anchor: ChainCertificateDocument?
    /// What the checks had to remark.
    package let remarks: [String]
    /// The PKCS#10 to send to the authority, PEM; `nil` unless the source is a request.
    package let request: String?

    init(_ certificate: ServerCertificate, _ selection: ServerSelection) {
        let choice = ServerSelection.Choice.certificate(certificate.id)
        id = certificate.id.rawValue
        source = certificate.source.rawValue
        state =
            choice == selection.active
            ? "active" : choice == selection.previous ? "previous" : certificate.state.rawValue
        names = certificate.names
        key = certificate.leaf?.publicKey?.keyDescription
        createdAt = certificate.createdAt.iso8601
        createdBy = certificate.createdBy
        chain = certificate.chain.compactMap { try? CertificateView(parsing: $0) }.map(ChainCertificateDocument.init)
        anchor = certificate.anchor.flatMap { try? CertificateView(parsing: $0) }.map(ChainCertificateDocument.init)
        remarks = certificate.remarks
        request = certificate.request.map { PEM.encode($0, label: "CERTIFICATE REQUEST") }
    }
}

/// What the server shows to TLS clients now.
package struct ServedCertificateDocument: Codable, Sendable {
    /// `own` for the certificate that renews itself, else the identifier.
    package let active: String
    /// What a roll-back returns to.
    package let previous: String?
    package let changedAt: String?
    package let chain: [ChainCertificateDocument]
    package let anchor: ChainCertificateDocument?
    package let renewsItself: Bool
    /// How near its end is: `fine`, `warn`, `act`, `critical` or `expired`.
    package let expiry: String
    /// `off`, `offered` or `required`.
    package let https: String

    init(_ served: ServedCertificate?, _ selection: ServerSelection, mode: HTTPSMode, now: Timestamp) {
        active = served?.choice.rawValue ?? selection.active.rawValue
        previous = selection.previous?.rawValue
        changedAt = selection.revision == 0 ? nil : selection.changedAt.iso8601
        chain = (served?.chain ?? []).compactMap { try? CertificateView(parsing: $0) }.map(
            ChainCertificateDocument.init)
        anchor = served?.anchor.map(ChainCertificateDocument.init)
        renewsItself = served?.choice == .ownAuthority
        let stage = served.flatMap { served -> ExpiryStage? in
            guard let notBefore = served.leaf.notBefore, let notAfter = served.leaf.notAfter else { return nil }
            return ExpiryStage(notBefore: notBefore, notAfter: notAfter, now: now)
        }
        expiry = (stage ?? .expired).rawValue
        https = mode.rawValue
    }
}
