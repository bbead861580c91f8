// SPDX-License-Identifier: Apache-2.0

extension CertificateView {
    /// Where the signed part is not in the one form that DER has for it, half a sentence for each kind.
    ///
    /// What is meant is clear, so reading does not ask for it; looking costs a walk over the whole certificate. Times,
    /// the serial number and the lengths around extensions are among the findings of reading.
    ///
    /// Source: ITU-T X.690, sections 8.3.2, 10.2, 11.1, 11.2, 11.5 and 11.6; RFC 5280, section 4.1.
    package var encodingDeviations: [String] {
        var form = DistinguishedForm()
        form.readSigned(tbsCertificate)
        return form.deviations
    }
}

/// Walks over a certificate and notes what another encoder of the same values would have written otherwise.
private struct DistinguishedForm {
    private(set) var deviations: [String] = []

    /// Extensions whose values are ASN.1 that is known here; of others nobody can say what their octets are.
    private static let known: Set<OID> = [
        .basicConstraints, .keyUsage, .extendedKeyUsage, .nameConstraints, .certificatePolicies, .policyMappings,
        .policyConstraints, .inhibitAnyPolicy, .subjectAltName, .issuerAltName, .crlDistributionPoints, .freshestCRL,
        .authorityKeyIdentifier, .subjectKeyIdentifier, .authorityInformationAccess, .subjectInformationAccess,
        .tlsFeature,
    ]

    private mutating func note(_ deviation: String) {
        if !deviations.contains(deviation) { deviations.append(deviation) }
    }

    mutating func readSigned(_ tbsCertificate: ArraySlice<UInt8>) {
        guard let tbs = try? ASN1Element(parsing: tbsCertificate), var fields = try? tbs.fields() else { return }
        while let field = try? fields.next() {
            switch field.tag {
            case .context(0):
                if (try? field.explicitContent().int()) == 0 { note("it says version 1, which is the default") }
            case .context(3): readExtensions(field)
            // The serial number.
            case .integer: continue
            default: look(at: field)
            }
        }
    }

    private mutating func readExtensions(_ element: ASN1Element) {
        guard let list = try? element.explicitContent(), var fields = try? list.fields() else { return }
        while let item = try? fields.next() {
            look(at: item)
            guard var parts = try? item.fields(), let oid = try? parts.next(.objectIdentifier).oid() else { continue }
            if let flag = try? parts.nextIf(.boolean), (try? flag.boolean()) == false {
                note("it says that \(oid.nameOrDotted) is not critical, which is the default")
            }
            guard let value = try? parts.next(.octetString).octetString() else { continue }
            readValue(oid, value)
        }
    }

    private mutating func readValue(_ oid: OID, _ value: ArraySlice<UInt8>) {
        // What cannot be read at all is told where extensions are read.
        guard Self.known.contains(oid), (try? ASN1Element(parsing: value)) != nil else { return }
        guard let element = try? ASN1Element(parsing: value, rules: .der) else {
            return note("the value of \(oid.nameOrDotted) is not in DER")
        }
        look(at: element)
        switch oid {
        case .basicConstraints:
            if var fields = try? element.fields(), let flag = try? fields.nextIf(.boolean),
                (try? flag.boolean()) == false
            {
                note("it says CA:FALSE, which is the default")
            }
        case .nameConstraints: readSubtrees(element)
        case .keyUsage: readNamedBits(element)
        default: break
        }
    }

    private mutating func readSubtrees(_ element: ASN1Element) {
        guard var sets = try? element.fields() else { return }
        while let set = try? sets.next() {
            guard var members = try? set.fields(of: set.tag) else { continue }
            while let member = try? members.next() {
                guard var fields = try? member.fields(), (try? fields.next()) != nil else { continue }
                if (try? fields.nextIf(.context(0))) != nil { note("a subtree says minimum 0, which is the default") }
            }
        }
    }

    /// A list of named bits ends with one that is set.
    private mutating func readNamedBits(_ element: ASN1Element) {
        guard let (octets, unused) = try? element.bitString(), let last = octets.last else { return }
        if last >> UInt8(unused) & 1 == 0 { note("its key usage ends with bits that are not set") }
    }

    /// Looks at an element and all inside; the depth is bounded by `ASN1Element.inside()`.
    private mutating func look(at element: ASN1Element) {
        if element.isConstructed { return lookInside(element) }
        let content = element.content
        switch element.tag {
        case .boolean:
            if content.count == 1, content.first != 0, content.first != 0xFF {
                note("a BOOLEAN is neither 00 nor FF")
            }
        case .integer, .enumerated:
            if !Self.isMinimal(content) { note("a number has leading octets that it does not need") }
        case .bitString:
            if let (octets, unused) = try? element.bitString(), let last = octets.last,
                last & ~(UInt8.max << UInt8(unused)) != 0
            {
                note("bits that a BIT STRING calls unused are set")
            }
        default: break
        }
    }

    private mutating func lookInside(_ element: ASN1Element) {
        let isSet = element.tag == .set
        if element.tag.tagClass == .universal, !isSet, element.tag != .sequence { note("a string is in parts") }
        guard var reader = try? element.inside() else { return }
        var last: ArraySlice<UInt8> = []
        while !reader.isAtEnd {
            guard let part = try? reader.next() else { return note("something inside is not in DER") }
            if isSet {
                if part.encoded.lexicographicallyPrecedes(last) { note("the members of a SET are out of order") }
                last = part.encoded
            }
            look(at: part)
        }
    }

    private static func isMinimal(_ content: ArraySlice<UInt8>) -> Bool {
        guard content.count > 1, let first = content.first, let second = content.dropFirst().first else { return true }
        return !(first == 0 && second < 0x80 || first == 0xFF && second >= 0x80)
    }
}
