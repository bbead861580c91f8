// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
package import PKIFormats

/// Certificates that are never accepted: what stands in for revocation where nobody can revoke.
///
/// A text of one entry a line: a SHA-256 or SHA-1 fingerprint, or a serial number, hexadecimal with or without colons,
/// with or without the word before it (`sha256:`, `sha1:`, `serial:`). `#` begins a comment.
package struct DenyList: Sendable, Hashable {
    /// SHA-256 fingerprints.
    package private(set) var fingerprints: Set<[UInt8]> = []
    private var sha1Fingerprints: Set<[UInt8]> = []
    private var serials: Set<SerialNumber> = []

    /// An empty list.
    package init() {}

    /// Reads the text.
    ///
    /// - Throws: ``DenyListError`` that names the first line which is no entry.
    package init(parsing text: some StringProtocol) throws(DenyListError) {
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        guard lines.count <= Self.lineLimit else { throw DenyListError(line: Self.lineLimit + 1, text: "too many") }
        for (index, line) in lines.enumerated() {
            let entry = String(line.prefix { $0 != "#" }.filter { !$0.isWhitespace })
            guard !entry.isEmpty else { continue }
            guard add(entry.lowercased()) else { throw DenyListError(line: index + 1, text: String(entry.prefix(80))) }
        }
    }

    /// Entries of the longest list that is read.
    private static let lineLimit = 1_000_000

    private mutating func add(_ entry: String) -> Bool {
        if let digits = entry.dropped("sha256:") { return addFingerprint(digits, octets: 32) }
        if let digits = entry.dropped("sha1:") { return addFingerprint(digits, octets: 20) }
        if let digits = entry.dropped("serial:") { return addSerial(digits) }
        if addFingerprint(entry[...], octets: 32) { return true }
        // Twenty octets can be either; both are meant never to be accepted.
        let isFingerprint = addFingerprint(entry[...], octets: 20)
        return addSerial(entry[...]) || isFingerprint
    }

    private mutating func addFingerprint(_ text: Substring, octets: Int) -> Bool {
        guard let digest = Hex.decode(text.filter { $0 != ":" }), digest.count == octets else { return false }
        if octets == 32 { fingerprints.insert(digest) } else { sha1Fingerprints.insert(digest) }
        return true
    }

    private mutating func addSerial(_ text: Substring) -> Bool {
        guard let serial = SerialNumber(hex: text) else { return false }
        serials.insert(serial)
        return true
    }

    /// Which entry names a certificate.
    ///
    /// A fingerprint holds for the other ECDSA signature of the same certificate too.
    ///
    /// - Returns: the entry in words, `nil` when none does.
    package func entry(of certificate: CertificateView) -> String? {
        if !fingerprints.isEmpty || !sha1Fingerprints.isEmpty {
            for file in [certificate.encoded] + certificate.malleatedEncodings {
                if fingerprints.contains(DigestAlgorithm.sha256.hash(file)) { return "its SHA-256 fingerprint" }
                if !sha1Fingerprints.isEmpty, sha1Fingerprints.contains(DigestAlgorithm.sha1.hash(file)) {
                    return "its SHA-1 fingerprint"
                }
            }
        }
        return serials.contains(certificate.serialNumber) ? "its serial number \(certificate.serialNumber.hex)" : nil
    }

    /// Adds what another list has.
    package mutating func formUnion(_ other: DenyList) {
        fingerprints.formUnion(other.fingerprints)
        sha1Fingerprints.formUnion(other.sha1Fingerprints)
        serials.formUnion(other.serials)
    }
}

/// A line of a deny list that is no entry.
package struct DenyListError: Error, Sendable, Hashable {
    /// Counted from 1.
    package let line: Int
    /// The begin of the line.
    package let text: String
}

extension String {
    /// What follows a word at the begin, `nil` when it does not begin with it.
    fileprivate func dropped(_ word: String) -> Substring? { hasPrefix(word) ? dropFirst(word.count) : nil }
}
