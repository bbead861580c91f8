// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
public import PKIFormats

/// The digest of an authority's certificate, told out of band: a CAThumbprint, a CAFingerprint.
///
/// Hexadecimal of either case; colons, spaces and hyphens between digits are passed over. The length tells the
/// digest: 32 digits MD5, 40 SHA-1, 64 SHA-256.
///
/// Source: RFC 8894, section 2.2.
public struct CAFingerprint: Hashable, Sendable, Codable {
    /// Which digest.
    public let digest: DigestAlgorithm
    /// The digest's octets.
    public let octets: [UInt8]

    /// Reads the text.
    ///
    /// - Throws: ``SCEPError/malformed(_:reason:)`` for another length or other characters.
    public init(_ text: some StringProtocol) throws(SCEPError) {
        let digits = text.utf8.filter { !": -\t\n\r".utf8.contains($0) }
        guard digits.count <= 64, let octets = Hex.decode(Array(digits)) else {
            throw .malformed("fingerprint", reason: "not hexadecimal")
        }
        let known: [Int: DigestAlgorithm] = [16: .md5, 20: .sha1, 32: .sha256]
        guard let digest = known[octets.count] else {
            throw .malformed("fingerprint", reason: "\(octets.count) octets; MD5 has 16, SHA-1 20, SHA-256 32")
        }
        self.digest = digest
        self.octets = octets
    }

    /// Whether this is the fingerprint of a certificate.
    public func matches(_ certificate: CertificateView) -> Bool {
        certificate.fingerprint(digest) == octets
    }

    /// Lower-case hexadecimal.
    public var hex: String { Hex.encode(octets) }
}
