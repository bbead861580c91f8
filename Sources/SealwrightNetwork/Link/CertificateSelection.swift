// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// Finds the certificate that a serial number in a settings file means.
///
/// A pure function: the store of the machine is handed in. Certificate dialogues, tools and people write the same number
/// in many ways; what can only mean one number is taken for it.
package struct CertificateSelection: Sendable {
    /// A certificate of the store.
    package struct Candidate: Sendable, Hashable {
        package let certificate: CertificateView
        /// Whether its private key is there and can be used.
        package let hasPrivateKey: Bool

        package init(_ certificate: CertificateView, hasPrivateKey: Bool) {
            self.certificate = certificate
            self.hasPrivateKey = hasPrivateKey
        }
    }

    /// The serial number as it was written.
    package var serial: String
    /// The issuer, for serial numbers that two authorities used; `nil` for any.
    package var issuer: DistinguishedName?

    package init(serial: String, issuer: DistinguishedName? = nil) {
        self.serial = serial
        self.issuer = issuer
    }

    /// Characters people copy along with a number: white space, separators, and what the Windows certificate dialogue
    /// puts before it invisibly.
    private static let ignored: Set<Unicode.Scalar> = [
        " ", "\t", "\r", "\n", ":", "-", "\u{A0}", "\u{200B}", "\u{200E}", "\u{200F}", "\u{FEFF}",
    ]

    /// The octets of a serial number as written, without leading zeros; `nil` when it is none.
    package static func octets(of text: String) -> [UInt8]? {
        var digits = String(String.UnicodeScalarView(text.unicodeScalars.filter { !ignored.contains($0) }))
        if digits.hasPrefix("0x") || digits.hasPrefix("0X") { digits.removeFirst(2) }
        guard !digits.isEmpty, digits.utf8.count <= 128 else { return nil }
        if !digits.utf8.count.isMultiple(of: 2) { digits = "0" + digits }
        return Hex.decode(Array(digits.utf8)).map { Array($0.drop { $0 == 0 }) }
    }

    /// The certificate meant.
    ///
    /// Of several from one issuer the one that is valid now is taken, then the one that is valid longest.
    ///
    /// - Parameters:
    ///   - store: the certificates of the machine.
    ///   - now: the moment.
    /// - Returns: the certificate.
    /// - Throws: ``TLSDiagnosis`` with SW-TLS-010 to 013.
    package func find(in store: [Candidate], at now: Timestamp) throws(TLSDiagnosis) -> Candidate {
        let wanted = try wantedOctets()
        let matching = store.filter { candidate in
            Self.magnitude(candidate.certificate.serialNumber) == wanted
                && (issuer.map { candidate.certificate.issuer.matchesIgnoringOrder($0) } ?? true)
        }
        guard let first = matching.first else { throw notFound(wanted, in: store) }
        let usable = matching.filter(\.hasPrivateKey)
        guard let best = usable.max(by: { Self.isWorse($0, than: $1, at: now) }) else {
            throw TLSDiagnosis(
                .privateKeyMissing,
                "The certificate \(first.certificate.subject) is installed without its private key.")
        }
        let issuers = Set(usable.map { $0.certificate.issuer.derBytes })
        guard issuers.count == 1 else {
            let list = usable.map { "\($0.certificate.subject) of \($0.certificate.issuer)" }.joined(separator: "; ")
            throw TLSDiagnosis(.serialAmbiguous, "Certificates of several issuers have this serial number: \(list).")
        }
        return best
    }

    private func wantedOctets() throws(TLSDiagnosis) -> [UInt8] {
        guard serial.unicodeScalars.contains(where: { !Self.ignored.contains($0) }) else {
            throw TLSDiagnosis(.serialMissing, "UseSecureSocket is TRUE and TLSCertificateSerial is blank.")
        }
        guard let octets = Self.octets(of: serial) else {
            throw TLSDiagnosis(
                .serialNotFound, "TLSCertificateSerial \"\(serial.prefix(80))\" is no hexadecimal number.")
        }
        return octets
    }

    private func notFound(_ wanted: [UInt8], in store: [Candidate]) -> TLSDiagnosis {
        let text = Hex.encode(wanted)
        let reversed = Array(wanted.reversed())
        if let other = store.first(where: { Self.magnitude($0.certificate.serialNumber) == reversed }) {
            return TLSDiagnosis(
                .serialNotFound,
                "No certificate has the serial number \(text); read from its end it is that of \(other.certificate.subject).",
                remedy: "Set TLSCertificateSerial to \(other.certificate.serialNumber.hex).")
        }
        let there = store.prefix(5).map { $0.certificate.serialNumber.hex }.joined(separator: ", ")
        let list =
            store.isEmpty ? "the store is empty" : "the store has \(there)\(store.count > 5 ? " and others" : "")"
        return TLSDiagnosis(.serialNotFound, "No certificate has the serial number \(text); \(list).")
    }

    private static func magnitude(_ serial: SerialNumber) -> [UInt8] { Array(serial.octets.drop { $0 == 0 }) }

    private static func isWorse(_ left: Candidate, than right: Candidate, at now: Timestamp) -> Bool {
        let (a, b) = (left.certificate.isValid(at: now), right.certificate.isValid(at: now))
        if a != b { return b }
        return (left.certificate.notAfter?.seconds ?? 0) < (right.certificate.notAfter?.seconds ?? 0)
    }
}
