// SPDX-License-Identifier: Apache-2.0

/// Reads the fields of a certificate one after the other and notes what breaks the standard instead of giving up.
///
/// Only the skeleton must be there: the SEQUENCEs and their number. Every value inside may be broken.
struct CertificateReader {
    /// Fields behind the public key that are looked at; there are three.
    private static let trailingFields = 8

    private var tbsCertificate: ArraySlice<UInt8> = []
    private var version = 1
    private var serialNumber: SerialNumber?
    private var signatureAlgorithm: AlgorithmIdentifier?
    private var signedSignatureAlgorithm: AlgorithmIdentifier?
    private var issuer = DistinguishedName.empty
    private var notBefore: Timestamp?
    private var notAfter: Timestamp?
    private var subject = DistinguishedName.empty
    private var subjectPublicKeyInfo: SubjectPublicKeyInfo?
    private var extensions: [CertificateExtension] = []
    private var signature: [UInt8] = []
    private var faults: [CertificateFault] = []

    /// Reads a certificate as the DER it must be, and what is none once more as BER.
    ///
    /// The lengths around what is signed are not signed: without DER anybody could write the same certificate in other
    /// octets, with another fingerprint.
    ///
    /// - Throws: ``FormatError`` when the outer structure is no Certificate.
    ///
    /// Source: RFC 5280, section 4.1.
    static func certificate(_ bytes: [UInt8]) throws(FormatError) -> CertificateView {
        var strict = CertificateReader()
        let isSkeleton = (try? strict.read(ASN1Element(parsing: bytes, rules: .der))) != nil
        if isSkeleton, strict.faults.isEmpty { return try strict.view(encoded: bytes) }
        var tolerant = CertificateReader()
        try tolerant.read(try ASN1Element(parsing: bytes))
        if !isSkeleton || strict.faults != tolerant.faults { tolerant.note(.fatal, "it is not in DER") }
        return try tolerant.view(encoded: bytes)
    }

    private mutating func note(_ weight: CertificateFault.Weight, _ description: String) {
        faults.append(CertificateFault(weight: weight, description: description))
    }

    /// Reads the three parts of a Certificate.
    ///
    /// - Throws: ``FormatError`` when the skeleton is another.
    private mutating func read(_ certificate: ASN1Element) throws(FormatError) {
        var parts = try certificate.fields()
        let tbs = try parts.next(.sequence)
        let algorithm = try parts.next(.sequence)
        let bits = try parts.next(.bitString)
        try parts.finish()
        tbsCertificate = tbs.encoded
        try readSigned(tbs)
        signatureAlgorithm = readAlgorithm(algorithm, of: "the certificate")
        readSignature(bits)
        if signedSignatureAlgorithm != signatureAlgorithm {
            note(
                .shownByFields,
                "the signature algorithm inside the signed part differs from the one beside the signature")
        }
    }

    /// The finished view.
    ///
    /// - Throws: ``FormatError/missing(_:)`` when ``read(_:)`` did not succeed before.
    private func view(encoded: [UInt8]) throws(FormatError) -> CertificateView {
        guard let serialNumber, let signatureAlgorithm, let signedSignatureAlgorithm, let subjectPublicKeyInfo else {
            throw .missing("a field of the certificate")
        }
        let fields = CertificateFields(
            encoded: encoded, tbsCertificate: tbsCertificate, version: version, serialNumber: serialNumber,
            signatureAlgorithm: signatureAlgorithm, signedSignatureAlgorithm: signedSignatureAlgorithm, issuer: issuer,
            notBefore: notBefore, notAfter: notAfter, subject: subject, subjectPublicKeyInfo: subjectPublicKeyInfo,
            extensions: extensions, signature: signature, faults: faults)
        return CertificateView(fields)
    }

    private mutating func readSigned(_ tbs: ASN1Element) throws(FormatError) {
        var fields = try tbs.fields()
        if let element = try fields.nextIf(.context(0)) { readVersion(element) }
        readSerialNumber(try SerialNumber(parsing: fields.next(.integer)))
        signedSignatureAlgorithm = readAlgorithm(try fields.next(.sequence), of: "the signed part")
        issuer = readName(try fields.next(.sequence), "issuer")
        readValidity(try fields.next(.sequence))
        subject = readName(try fields.next(.sequence), "subject")
        readKey(try fields.next(.sequence))
        var (count, last) = (0, UInt32(0))
        while !fields.isAtEnd {
            guard count < Self.trailingFields else { return note(.fatal, "too many fields follow the public key") }
            count += 1
            let element = try fields.next()
            switch element.tag {
            case .context(1), .context(2): note(.deviation, "it carries a unique identifier, which is obsolete")
            case .context(3): readExtensions(element)
            default: note(.fatal, "an unknown field \(element.tag) follows the public key")
            }
            if element.tag.number <= last { note(.fatal, "the fields behind the public key are out of order") }
            last = element.tag.number
        }
        if !extensions.isEmpty, version != 3 { note(.shownByFields, "version \(version) with extensions") }
    }

    private mutating func readVersion(_ element: ASN1Element) {
        guard let value = try? element.explicitContent().int(), (0...2).contains(value) else {
            note(.fatal, "the version is not 1, 2 or 3")
            return version = 3
        }
        version = value + 1
    }

    private mutating func readSerialNumber(_ serial: SerialNumber) {
        serialNumber = serial
        if serial.isNegative { note(.shownByFields, "the serial number is negative") }
        if serial.octets.allSatisfy({ $0 == 0 }) { note(.shownByFields, "the serial number is zero") }
        if serial.octets.count > 20 {
            note(.shownByFields, "the serial number has \(serial.octets.count) octets, over 20")
        }
        if !serial.isMinimal { note(.deviation, "the serial number has leading octets that it does not need") }
    }

    private mutating func readAlgorithm(_ element: ASN1Element, of part: String) -> AlgorithmIdentifier {
        if let algorithm = try? AlgorithmIdentifier(parsing: element) { return algorithm }
        note(.fatal, "the signature algorithm of \(part) cannot be read")
        return AlgorithmIdentifier(oid: .unreadable)
    }

    private mutating func readName(_ element: ASN1Element, _ field: String) -> DistinguishedName {
        do {
            return try DistinguishedName(parsing: element)
        } catch {
            note(.fatal, "the \(field) cannot be read: \(error)")
            return DistinguishedName(unreadable: element)
        }
    }

    private mutating func readValidity(_ element: ASN1Element) {
        guard var fields = try? element.fields(), let first = try? fields.next(), let second = try? fields.next() else {
            return note(.fatal, "the validity cannot be read")
        }
        notBefore = readTime(first, "notBefore")
        notAfter = readTime(second, "notAfter")
        if !fields.isAtEnd { note(.fatal, "the validity has more than two times") }
    }

    private mutating func readTime(_ element: ASN1Element, _ field: String) -> Timestamp? {
        guard let time = try? Timestamp(parsing: element) else {
            note(.fatal, "\(field) cannot be read")
            return nil
        }
        if !time.isProper(element) { note(.deviation, "\(field) is not in the form RFC 5280 asks for") }
        return time
    }

    private mutating func readKey(_ element: ASN1Element) {
        do {
            subjectPublicKeyInfo = try SubjectPublicKeyInfo(parsing: element)
        } catch {
            note(.fatal, "the public key cannot be read: \(error)")
            subjectPublicKeyInfo = SubjectPublicKeyInfo(unreadable: element)
        }
    }

    private mutating func readExtensions(_ element: ASN1Element) {
        guard extensions.isEmpty, let list = try? element.explicitContent(), var fields = try? list.fields() else {
            return note(.fatal, "the extensions cannot be read")
        }
        extensions.reserveCapacity(12)
        while !fields.isAtEnd {
            guard extensions.count < CertificateExtension.limit, let element = try? fields.next() else {
                return note(.fatal, "the extensions cannot be read to their end")
            }
            guard let value = try? CertificateExtension(parsing: element) else {
                note(.fatal, "an extension cannot be read")
                continue
            }
            // There are few, so looking through them costs less than hashing each.
            if extensions.contains(where: { $0.oid == value.oid }) {
                note(.fatal, "\(value.oid.nameOrDotted) appears twice")
            }
            extensions.append(value)
        }
    }

    private mutating func readSignature(_ element: ASN1Element) {
        if let octets = try? element.bitStringOctets() {
            signature = Array(octets)
        } else {
            note(.fatal, "the signature cannot be read")
        }
    }
}
