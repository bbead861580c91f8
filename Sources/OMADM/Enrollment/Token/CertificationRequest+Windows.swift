// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
public import PKIFormats

// What the enrolment client of Windows puts into its PKCS#10, and how far from the standards. Each deviation is read in
// one function of its own; nothing of it goes into the certificate.
extension CertificationRequest {
    /// The device that the subject of a request of Windows names.
    ///
    /// Windows 10 build 19043 writes `<GUID cut to 30 characters>!<DeviceID>` and a NUL into one commonName that it
    /// calls a PrintableString: neither `!` nor NUL belongs into that type (X.680, section 41.4), and strict readers
    /// refuse the whole request. Windows 11 build 22598 writes the same without NUL as UTF8String.
    ///
    /// - Returns: `nil` when the name is of another form.
    public var deviceIDInSubjectOfWindows: String? {
        guard subject.attributes.count == 1, let name = subject.commonName else { return nil }
        let scalars = name.unicodeScalars.filter { $0 != "\0" }
        let parts = String(String.UnicodeScalarView(scalars))
            .split(separator: "!", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let device = parts.last, !device.isEmpty else { return nil }
        return String(device)
    }

    /// The device that Microsoft's extension 1.3.6.1.4.1.311.66.1.0 names.
    ///
    /// Windows 10 and 11 write the DeviceID and a NUL as they are into the OCTET STRING, where every extension has DER.
    ///
    /// - Returns: `nil` when the extension is absent, or is no such text.
    public var deviceIDInExtensionOfWindows: String? {
        guard let value = requestedExtensions.first(where: { $0.oid == Self.windowsDeviceID })?.value,
            value.count <= MDEDeviceID.limit + 1
        else { return nil }
        let octets = value.last == 0 ? value.dropLast() : value[...]
        guard !octets.isEmpty, octets.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        return String(decoding: octets, as: UTF8.self)
    }

    /// Whether the request is signed with SHA-1, as those of Windows 10 are.
    ///
    /// Build 19043 names the algorithm 1.3.14.3.2.29, OIW's sha1WithRSASignature. The signature proves only that the
    /// sender holds the key, and the request comes over TLS with a credential: a collision gains nothing. Certificates
    /// and CMS messages stay with SHA-2.
    public var isProvenBySHA1OfWindows10: Bool {
        signatureAlgorithm.signatureAlgorithm == .rsaPKCS1(.sha1)
    }

    /// The extension that holds the DeviceID.
    private static let windowsDeviceID = OID(1, 3, 6, 1, 4, 1, 311, 66, 1, 0)
}

extension CertificationRequest {
    /// Checks that the sender holds the key.
    ///
    /// - Parameter allowsSHA1: whether ``isProvenBySHA1OfWindows10`` is good enough.
    /// - Throws: ``MDEError/proofAlgorithmNotAllowed(_:)`` or ``MDEError/proofOfPossessionFailed``.
    func checkProofOfPossession(allowsSHA1: Bool) throws(MDEError) {
        guard let algorithm = signatureAlgorithm.signatureAlgorithm else {
            throw .proofAlgorithmNotAllowed(signatureAlgorithm.oid.nameOrDotted)
        }
        let isAllowed = algorithm.digest.map { !$0.isLegacy } ?? true
        guard isAllowed || (allowsSHA1 && isProvenBySHA1OfWindows10) else {
            throw .proofAlgorithmNotAllowed(algorithm.description)
        }
        // Without the key nothing can be said about the signature.
        guard publicKey != nil else { throw .proofAlgorithmNotAllowed("a key of \(keyName)") }
        guard isSelfSigned else { throw .proofOfPossessionFailed }
    }

    /// The type of the key, for one on an elliptic curve the curve.
    private var keyName: String {
        let algorithm = subjectPublicKeyInfo.algorithm
        let curve = algorithm.parameters.flatMap { try? ASN1Element(parsing: $0).oid() }
        return curve.map { "the curve \($0.nameOrDotted)" } ?? "the type \(algorithm.oid.nameOrDotted)"
    }

    /// What the request calls the device, when that is not its name.
    ///
    /// No document asks for the same name in both places, and a name in the request goes nowhere. Clients made for
    /// tests send the PKCS#10 of another device.
    func otherName(than deviceID: MDEDeviceID) -> String? {
        [deviceIDInSubjectOfWindows, deviceIDInExtensionOfWindows].compactMap(\.self).first { !deviceID.matches($0) }
    }
}
