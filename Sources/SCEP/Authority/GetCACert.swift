// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Which certificates GetCACert lists, and in which order.
///
/// Clients take certificates by position and by key usage, so the order is part of the shape: the RA first, and a
/// second RA certificate last, where it moves no other.
///
/// Source: RFC 8894, section 4.2.1.
public enum GetCACertShape: String, CaseIterable, Sendable, Codable {
    /// The issuing authority alone. It must be its own RA.
    case caOnly
    /// The issuing authority and those above it.
    case caChain
    /// RA and issuing authority. Apple's choice.
    case raAndIssuing
    /// RA, issuing authority and those above it up to the root. strongSwan and certmonger need the root.
    case raIssuingRoot
}

/// The answer to GetCACert.
///
/// Source: RFC 8894, section 4.2.1.
public enum GetCACert {
    /// Makes the answer: the certificate itself when there is one, a certs-only message in this order otherwise.
    ///
    /// The order makes the certificate set BER instead of DER, the one such exception among everything we write:
    /// jscep documents the first certificate as the RA's, CertNanny and older sscep take the first they find.
    ///
    /// - Parameters:
    ///   - shape: which certificates are listed.
    ///   - ra: the RA's certificate, good for signing and encrypting; `nil` when the authority is its own RA.
    ///   - encryption: the RA's second certificate, for clients that encrypt only to one that states keyEncipherment
    ///     alone, such as pyscep.
    ///   - issuing: the issuing authority's certificate.
    ///   - chain: the certificates above it, root last.
    /// - Returns: body and media type.
    public static func reply(
        _ shape: GetCACertShape, ra: [UInt8]?, encryption: [UInt8]? = nil, issuing: [UInt8], chain: [[UInt8]]
    ) -> HTTPBody {
        let (first, last) = ([ra].compactMap { $0 }, [encryption].compactMap { $0 })
        let listed: [[UInt8]] =
            switch shape {
            case .caOnly: [issuing]
            case .caChain: [issuing] + chain
            case .raAndIssuing: first + [issuing] + last
            case .raIssuingRoot: first + [issuing] + chain + last
            }
        let certificates = withoutRepetition(listed)
        if certificates.count == 1, let only = certificates.first {
            return HTTPBody(mediaType: MediaType.caCertificate, octets: only)
        }
        return HTTPBody(
            mediaType: MediaType.caAndRACertificates,
            octets: SignedData.certificatesOnly(certificates, keepOrder: true))
    }

    /// A self-signed issuing authority is its own root, and an authority can be its own RA.
    static func withoutRepetition(_ certificates: [[UInt8]]) -> [[UInt8]] {
        var seen: Set<[UInt8]> = []
        return certificates.filter { seen.insert($0).inserted }
    }
}
