// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import TrustEvaluation

/// One element around others.
func wrapped(_ parts: [[UInt8]], tag: ASN1Tag = .sequence) -> [UInt8] {
    var writer = DERWriter()
    writer.constructed(tag) { writer in
        for part in parts { writer.append(part) }
    }
    return writer.bytes
}

/// The elements inside another.
func parts(of encoded: some Collection<UInt8>, _ tag: ASN1Tag = .sequence) throws -> [[UInt8]] {
    var reader = try ASN1Element(parsing: Array(encoded)).fields(of: tag)
    return try reader.all().map { Array($0.encoded) }
}

// What nobody's encoder writes: the signed part is taken apart, changed and signed again.
extension Authority {
    /// A certificate of this authority with other fields: version, serial number, algorithm, issuer, validity, subject,
    /// key, extensions.
    func rewrite(_ certificate: CertificateView, _ change: (inout [[UInt8]]) throws -> Void) throws -> CertificateView {
        var fields = try parts(of: certificate.tbsCertificate)
        try change(&fields)
        let (tbs, algorithm) = (wrapped(fields), key.defaultSignatureAlgorithm)
        return try CertificateView(
            parsing: TBSCertificate.certificate(
                tbs: tbs, signature: try key.signSynchronously(tbs, algorithm: algorithm), algorithm: algorithm))
    }

    /// A CRL of this authority with other fields: version, algorithm, issuer, thisUpdate, nextUpdate, lines, extensions.
    func rewrite(_ list: RevocationList, _ change: (inout [[UInt8]]) throws -> Void) throws -> RevocationList {
        var fields = try parts(of: list.list.tbsCertList)
        try change(&fields)
        let (tbs, algorithm) = (wrapped(fields), key.defaultSignatureAlgorithm)
        return try RevocationList(
            parsing: TBSCertList.certificateList(
                tbs: tbs, signature: try key.signSynchronously(tbs, algorithm: algorithm), algorithm: algorithm))
    }
}
