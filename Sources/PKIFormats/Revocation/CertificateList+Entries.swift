// SPDX-License-Identifier: Apache-2.0

extension CertificateList {
    /// One line of a received CRL.
    ///
    /// `SEQUENCE { userCertificate INTEGER, revocationDate Time, crlEntryExtensions Extensions OPTIONAL }`
    ///
    /// Source: RFC 5280, sections 5.1.2.6 and 5.3.
    public struct Entry: Sendable {
        /// Whose certificate it is; `nil` is the CRL's own issuer.
        ///
        /// Others appear in indirect CRLs only.
        public package(set) var certificateIssuer: DistinguishedName?
        private let serial: ASN1Element
        private let time: ASN1Element
        private let encodedExtensions: ASN1Element?
        private let isIndirect: Bool
        /// Where the line begins in the buffer that was read.
        package let offset: Int

        init(parsing element: ASN1Element, isIndirect: Bool) throws(FormatError) {
            offset = element.offset
            var fields = try element.fields()
            serial = try fields.next(.integer)
            time = try fields.next()
            encodedExtensions = try fields.nextIf(.sequence)
            try fields.finish()
            guard time.tag == .utcTime || time.tag == .generalizedTime, !serial.content.isEmpty else {
                throw .invalidValue(field: "CRL entry", reason: "no serial number or no time")
            }
            self.isIndirect = isIndirect
        }
    }

    /// The lines of a received CRL, read while iterating.
    ///
    /// Nothing is kept of a line, so a CRL of a million lines costs no memory beyond its bytes.
    public struct Entries: Sequence, Sendable {
        private let lines: ASN1Reader?
        fileprivate let isIndirect: Bool
        /// How many lines there are.
        public let count: Int

        /// Walks the lines once, so that reading them later cannot fail half-way and hide the rest.
        init(checking list: ASN1Element?, isIndirect: Bool) throws(FormatError) {
            lines = try list?.fields()
            self.isIndirect = isIndirect
            guard var reader = lines else {
                count = 0
                return
            }
            var count = 0
            while !reader.isAtEnd {
                let entry = try Entry(parsing: try reader.next(), isIndirect: isIndirect)
                try entry.checkExtensions()
                count += 1
            }
            self.count = count
        }

        /// Reads the lines one after the other.
        public struct Iterator: IteratorProtocol {
            private var lines: ASN1Reader?
            private let isIndirect: Bool
            /// In an indirect CRL a line without an issuer belongs to the issuer of the line before.
            private var certificateIssuer: DistinguishedName?

            init(_ lines: ASN1Reader?, isIndirect: Bool) {
                self.lines = lines
                self.isIndirect = isIndirect
            }

            /// The next line.
            public mutating func next() -> Entry? {
                guard let isAtEnd = lines?.isAtEnd, !isAtEnd, let element = try? lines?.next(),
                    var entry = try? Entry(parsing: element, isIndirect: isIndirect)
                else { return nil }
                guard isIndirect else { return entry }
                certificateIssuer = (try? entry.ownCertificateIssuer()) ?? certificateIssuer
                entry.certificateIssuer = certificateIssuer
                return entry
            }
        }

        /// Starts at the first line.
        public func makeIterator() -> Iterator { Iterator(lines, isIndirect: isIndirect) }
    }

    /// The line that begins at an ``Entry/offset``; whose certificate it is, is not looked up.
    ///
    /// - Returns: `nil` when no line begins there.
    package func entry(at offset: Int) -> Entry? {
        guard encoded.indices.contains(offset) else { return nil }
        var reader = ASN1Reader(encoded[offset...])
        guard let element = try? reader.next() else { return nil }
        return try? Entry(parsing: element, isIndirect: entries.isIndirect)
    }

    /// The line about a certificate, `nil` when it is not listed.
    ///
    /// Looks at every line: lists need not be sorted.
    ///
    /// - Parameters:
    ///   - serialNumber: the certificate's serial number.
    ///   - issuer: the certificate's issuer when that is not the CRL's, for indirect CRLs.
    /// - Returns: the first such line.
    public func find(_ serialNumber: SerialNumber, issuer: DistinguishedName? = nil) -> Entry? {
        let certificateIssuer = issuer ?? self.issuer
        return entries.first { entry in
            entry.hasSerial(serialNumber) && (entry.certificateIssuer ?? self.issuer).matches(certificateIssuer)
        }
    }
}

extension CertificateList.Entry {
    /// The serial number of the revoked certificate.
    public var serialNumber: SerialNumber { SerialNumber(octets: serial.content) }

    /// The contents octets of the serial number, as received.
    package var serialOctets: ArraySlice<UInt8> { serial.content }

    /// Whether the line has extensions at all.
    package var hasExtensions: Bool { encodedExtensions != nil }

    /// When it was revoked, if that can be read.
    public var revocationDate: Timestamp? { try? Timestamp(parsing: time) }

    /// The line's extensions.
    public var extensions: [CertificateExtension] { (try? readExtensions()) ?? [] }

    /// The number of the reason, as written; the standard does not use 7.
    ///
    /// `nil` also when the line gives several: one might take back what another says.
    public var reasonCode: Int? {
        let given = extensions.filter { $0.oid == .reasonCode }
        guard given.count == 1, let item = given.first else { return nil }
        return try? ASN1Element(parsing: item.value).int(.enumerated)
    }

    /// Why; `nil` when the line gives no reason or none that RFC 5280 knows.
    public var reason: CRLReason? { reasonCode.flatMap(CRLReason.init(rawValue:)) }

    /// Since when the key is known or suspected to be bad.
    public var invalidityDate: Timestamp? {
        extensions.first(.invalidityDate).flatMap { try? Timestamp(parsing: ASN1Element(parsing: $0.value)) }
    }

    /// Critical extensions that are unknown here or cannot be read.
    ///
    /// A line with one still revokes its certificate, but the list must not be used to say that another one is not
    /// revoked.
    ///
    /// Source: RFC 5280, section 5.3.
    public var unprocessedCriticalExtensions: [OID] {
        extensions.filter { $0.isCritical && !isProcessed($0.oid) }.map(\.oid)
    }

    private func isProcessed(_ oid: OID) -> Bool {
        switch oid {
        case .reasonCode: reason != nil
        case .invalidityDate: invalidityDate != nil
        case .certificateIssuer: isIndirect
        default: false
        }
    }

    private func readExtensions() throws(FormatError) -> [CertificateExtension] {
        guard let encodedExtensions else { return [] }
        return try CertificateExtension.list(parsing: encodedExtensions)
    }

    /// Proves that the extensions can be read, without keeping them.
    fileprivate func checkExtensions() throws(FormatError) {
        guard var fields = try encodedExtensions?.fields() else { return }
        while !fields.isAtEnd {
            var item = try fields.next().fields()
            let oid = try item.next(.objectIdentifier)
            _ = try item.nextIf(.boolean)?.boolean()
            _ = try item.next(.octetString)
            try item.finish()
            if isIndirect { _ = try oid.oid() }
        }
        if isIndirect { _ = try ownCertificateIssuer() }
    }

    /// The directory name of this line's own certificateIssuer extension.
    ///
    /// - Throws: ``FormatError`` when there is one without a readable directory name: this line and all that follow
    ///   would be somebody else's.
    fileprivate func ownCertificateIssuer() throws(FormatError) -> DistinguishedName? {
        guard let item = try readExtensions().first(.certificateIssuer) else { return nil }
        var names = try ASN1Element(parsing: item.value).fields()
        while !names.isAtEnd {
            if case .directoryName(let name) = try GeneralName(parsing: try names.next()) { return name }
        }
        throw .missing("directory name of the certificateIssuer")
    }

    /// Compares the last octets first, which spares nearly every line the making of a number.
    fileprivate func hasSerial(_ wanted: SerialNumber) -> Bool {
        serial.content.last == wanted.octets.last && serialNumber == wanted
    }
}
