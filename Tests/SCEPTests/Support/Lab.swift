// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP

/// Keys and certificates for a whole hierarchy with devices, made once for all tests.
struct Lab: Sendable {
    let root: Identity
    let issuing: Identity
    let ra: Identity
    let previousRA: Identity
    let stranger: Identity
    /// Keys of devices; a renewal takes another one than the first request.
    let deviceKey: SoftwareKey
    let secondDeviceKey: SoftwareKey
    let curveKey: SoftwareKey

    static let shared = Result { try Lab() }

    /// The moment all tests live in.
    static let now = Timestamp(seconds: 1_790_000_000)

    private init() throws {
        let pool = CryptoPool(threads: 1)
        func key(_ type: KeyType, _ name: String) throws -> SoftwareKey {
            try SoftwareKey.generate(type, id: KeyID(rawValue: name), pool: pool)
        }
        let rootKey = try key(.rsa2048, "root")
        root = try Identity.make("CN=Lab Root,O=Lab", key: rootKey, issuer: nil, isAuthority: true)
        issuing = try Identity.make(
            "CN=Lab Issuing,O=Lab", key: key(.rsa2048, "issuing"), issuer: root, isAuthority: true)
        ra = try Identity.make("CN=Lab SCEP RA,O=Lab", key: key(.rsa2048, "ra"), issuer: issuing)
        previousRA = try Identity.make("CN=Old SCEP RA,O=Lab", key: key(.rsa2048, "old-ra"), issuer: issuing)
        stranger = try Identity.make("CN=Lab SCEP RA,O=Lab", key: key(.rsa2048, "stranger"), issuer: nil)
        deviceKey = try key(.rsa2048, "device")
        secondDeviceKey = try key(.rsa2048, "device-2")
        curveKey = try key(.ecP256, "curve")
    }

    /// The certificates of GetCACert.
    var authority: CACertificates {
        get throws { try CACertificates([ra.certificate, issuing.certificate, root.certificate]) }
    }

    /// A certificate of ours for a device key.
    func issue(to request: CertificationRequest, serial: SerialNumber = .random()) throws -> [UInt8] {
        try Identity.certificate(
            subject: request.subject, key: request.subjectPublicKeyInfo, issuer: issuing, serial: serial, extensions: []
        )
    }

    /// A device that holds a certificate of ours.
    func enrolledDevice(_ name: String = "CN=enrolled") throws -> ClientIdentity {
        let encoded = try Identity.certificate(
            subject: DistinguishedName(rfc4514: name), key: SubjectPublicKeyInfo(deviceKey.publicKey), issuer: issuing,
            serial: .random(), extensions: [])
        return ClientIdentity(certificate: try CertificateView(parsing: encoded), key: deviceKey.keyID)
    }

    /// The device key of this name.
    func key(_ id: KeyID) -> SoftwareKey? { [deviceKey, secondDeviceKey, curveKey].first { $0.keyID == id } }
}

/// A key with its certificate.
struct Identity: Sendable {
    let key: SoftwareKey
    let certificate: CertificateView

    static func make(
        _ subject: String, key: SoftwareKey, issuer: Identity?, isAuthority: Bool = false
    ) throws -> Identity {
        let usage: KeyUsage = isAuthority ? [.keyCertSign, .cRLSign] : [.digitalSignature, .keyEncipherment]
        let constraints: BasicConstraints = isAuthority ? .authority(pathLength: nil) : .endEntity
        let encoded = try certificate(
            subject: DistinguishedName(rfc4514: subject), key: SubjectPublicKeyInfo(key.publicKey),
            issuer: issuer, signer: key, serial: .random(),
            extensions: [usage.certificateExtension, constraints.certificateExtension])
        return Identity(key: key, certificate: try CertificateView(parsing: encoded))
    }

    static func certificate(
        subject: DistinguishedName, key: SubjectPublicKeyInfo, issuer: Identity?, signer: SoftwareKey? = nil,
        serial: SerialNumber, extensions: [CertificateExtension]
    ) throws -> [UInt8] {
        guard let signer = issuer?.key ?? signer else { throw SCEPError.missing("signer") }
        let algorithm = signer.defaultSignatureAlgorithm
        let tbs = TBSCertificate(
            serialNumber: serial, signature: algorithm, issuer: issuer?.certificate.subject ?? subject,
            notBefore: Lab.now.adding(seconds: -86_400), notAfter: Lab.now.adding(seconds: 86_400 * 365),
            subject: subject, subjectPublicKeyInfo: key, extensions: extensions
        ).derBytes
        let signature = try signer.signSynchronously(tbs, algorithm: algorithm)
        return TBSCertificate.certificate(tbs: tbs, signature: signature, algorithm: algorithm)
    }
}
