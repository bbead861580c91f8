// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Testing
import TrustEvaluation

@Suite("Certificates that nobody's encoder writes")
struct EncodingTests {
    private let root: Authority

    init() throws { root = try Authority() }

    private func decide(_ leaf: CertificateView, _ strictness: TrustRules.Strictness = .path) -> TrustDecision {
        TrustEvaluationTests.decide(leaf, to: [root.certificate]) { $0.rules.strictness = strictness }
    }

    /// What is wrong with the signed part.
    enum Ambiguity: String, CaseIterable, CustomTestStringConvertible {
        case fourthVersion, negativeVersion, thirdTime, unknownField, identifiersSwapped, extensionsTwice

        var testDescription: String { rawValue }

        func apply(_ fields: inout [[UInt8]]) throws {
            let last = fields.count - 1
            switch self {
            case .fourthVersion: fields[0] = [0xA0, 0x03, 0x02, 0x01, 0x03]
            case .negativeVersion: fields[0] = [0xA0, 0x03, 0x02, 0x01, 0xFF]
            case .thirdTime:
                let times = try parts(of: fields[4])
                fields[4] = wrapped(times + [times[1]])
            case .unknownField: fields.append([0x05, 0x00])
            case .identifiersSwapped: fields.insert(contentsOf: [[0x82, 0x02, 0, 1], [0x81, 0x02, 0, 1]], at: last)
            case .extensionsTwice: fields.append(fields[last])
            }
        }
    }

    @Test(arguments: Ambiguity.allCases)
    func `a certificate that can be read in two ways is refused`(ambiguity: Ambiguity) throws {
        let leaf = try root.rewrite(try root.issue()) { try ambiguity.apply(&$0) }
        #expect(Set(decide(leaf).errors) == [.malformed])
        #expect(decide(try root.rewrite(try root.issue()) { _ in }).isTrusted)
    }

    @Test func `a certificate written again with other lengths is another file and no certificate`() throws {
        let leaf = try root.issue()
        let inside: [UInt8] = try parts(of: leaf.encoded).flatMap { $0 }
        let indefinite: [UInt8] = [0x30, 0x80]
        let padded: [UInt8] = [0x30, 0x83, 0, UInt8(inside.count >> 8), UInt8(inside.count & 0xFF)]
        for octets in [indefinite + inside + [0, 0], padded + inside] {
            let copy = try CertificateView(parsing: octets)
            #expect(copy.subject == leaf.subject && copy.findings == ["it is not in DER"])
            #expect(decide(copy).errors == [.malformed])
        }
        #expect(leaf.findings.isEmpty)
    }

    @Test(arguments: [KeyType.ecP256, .ecP384])
    func `a fingerprint is denied with either of the two signatures that ECDSA allows`(type: KeyType) throws {
        let root = try Authority(key: type)
        let leaf = try root.issue()
        func decide(_ leaf: CertificateView, denied: [CertificateView]) -> TrustDecision {
            TrustEvaluationTests.decide(leaf, to: [root.certificate]) {
                $0.denied = Set(denied.map { $0.fingerprint() })
            }
        }
        let twins = try leaf.malleatedEncodings.map { try CertificateView(parsing: $0) }
        let twin = try #require(twins.first { decide($0, denied: []).isTrusted })
        #expect(twin != leaf && twin.tbsCertificate == leaf.tbsCertificate)
        for (listed, shown) in [(leaf, twin), (twin, leaf), (leaf, leaf)] {
            #expect(decide(shown, denied: [listed]).errors == [.denied])
        }
        #expect(decide(twin, denied: [try root.issue()]).isTrusted)
    }

    @Test(arguments: [
        OID.authorityKeyIdentifier, .subjectKeyIdentifier, .authorityInformationAccess, .subjectInformationAccess,
        .issuerAltName, .freshestCRL, .ocspNoCheck, .tlsFeature,
    ])
    func `a critical extension that cannot be read is refused, whatever it is for`(oid: OID) throws {
        func leaf(isCritical: Bool) throws -> CertificateView {
            var draft = Authority.Draft([CertificateExtension(oid: oid, isCritical: isCritical, value: [1, 2, 3])])
            draft.hasKeyIdentifiers = false
            return try root.issue("CN=leaf", draft)
        }
        #expect(decide(try leaf(isCritical: true)).errors == [.malformed])
        #expect(decide(try leaf(isCritical: false)).isTrusted)
    }

    @Test func `bits that a key usage calls unused allow nothing`() throws {
        // keyCertSign and cRLSign lie under seven bits that are said to be unused.
        let usage = CertificateExtension(oid: .keyUsage, isCritical: true, value: [0x03, 0x02, 0x07, 0x06])
        let draft = Authority.Draft([BasicConstraints.authority(pathLength: nil).certificateExtension, usage])
        let issuing = try root.subordinate("CN=Issuing", draft)
        let decision = TrustEvaluationTests.decide(
            try issuing.issue(), through: [issuing.certificate], to: [root.certificate])
        #expect(decision.errors == [.keyUsageMissing])
    }

    /// What an issuer does not write as it must, though everybody understands it.
    enum Deviation: String, CaseIterable, CustomTestStringConvertible {
        case paddedSerial, noSeconds, generalizedTimeTooEarly, uniqueIdentifier

        var testDescription: String { rawValue }

        func apply(_ fields: inout [[UInt8]]) throws {
            switch self {
            case .paddedSerial: fields[1] = [0x02, 0x03, 0, 0, 5]
            case .noSeconds: fields[4] = try Self.endingAt("3001010000Z", .utcTime, fields[4])
            case .generalizedTimeTooEarly:
                fields[4] = try Self.endingAt("20300101000000Z", .generalizedTime, fields[4])
            case .uniqueIdentifier: fields.insert([0x81, 0x02, 0, 1], at: fields.count - 1)
            }
        }

        private static func endingAt(_ text: String, _ tag: ASN1Tag, _ validity: [UInt8]) throws -> [UInt8] {
            var writer = DERWriter()
            writer.primitive(tag, Array(text.utf8))
            return wrapped([try parts(of: validity)[0], writer.bytes])
        }
    }

    @Test(arguments: Deviation.allCases)
    func `what deviates is refused where all of RFC 5280 counts`(deviation: Deviation) throws {
        let leaf = try root.rewrite(try root.issue()) { try deviation.apply(&$0) }
        #expect(decide(leaf).isTrusted)
        #expect(decide(leaf, .certificates).errors == [.profileViolation])
        #expect(decide(try root.issue(), .certificates).isTrusted)
    }

    /// What DER writes in another form, though it means the same.
    enum OtherForm: String, CaseIterable, CustomTestStringConvertible {
        case booleanOne, explicitFalse, explicitEndEntity, explicitMinimum, unsortedSet, unusedBits, trailingBits
        case longLength, paddedNumber

        var testDescription: String { rawValue }

        /// The extension, and for `nil` the names are what differs.
        var item: CertificateExtension? {
            switch self {
            case .booleanOne, .explicitFalse: CertificateExtension(oid: .inhibitAnyPolicy, value: [2, 1, 0])
            case .explicitEndEntity: CertificateExtension(oid: .basicConstraints, value: [0x30, 3, 1, 1, 0])
            case .explicitMinimum:
                CertificateExtension(
                    oid: .nameConstraints, isCritical: true,
                    value: [0x30, 10, 0xA0, 8, 0x30, 6, 0x82, 1, 0x61, 0x80, 1, 0])
            case .unusedBits: CertificateExtension(oid: .keyUsage, isCritical: true, value: [3, 2, 7, 0x81])
            case .trailingBits: CertificateExtension(oid: .keyUsage, isCritical: true, value: [3, 2, 0, 0x80])
            case .longLength: CertificateExtension(oid: .keyUsage, isCritical: true, value: [3, 0x81, 2, 7, 0x80])
            case .paddedNumber: CertificateExtension(oid: .inhibitAnyPolicy, isCritical: true, value: [2, 2, 0, 0])
            case .unsortedSet: nil
            }
        }

        /// Changes what no value of an extension can hold.
        func apply(_ fields: inout [[UInt8]]) throws {
            switch self {
            case .booleanOne: try setCritical(1, &fields)
            case .explicitFalse: try setCritical(0, &fields)
            case .unsortedSet:
                let parts = try ["CN=b", "CN=a"].map { text in
                    let name = try DistinguishedName(rfc4514: text).derBytes
                    return try TrustEvaluationTests.parts(of: TrustEvaluationTests.parts(of: name)[0], .set)[0]
                }
                fields[5] = wrapped([wrapped(parts, tag: .set)])
            default: break
            }
        }

        /// Marks the first extension.
        private func setCritical(_ octet: UInt8, _ fields: inout [[UInt8]]) throws {
            let last = fields.count - 1
            var items = try parts(of: try parts(of: fields[last], .context(3))[0])
            var item = try parts(of: items[0])
            item.insert([1, 1, octet], at: 1)
            items[0] = wrapped(item)
            fields[last] = wrapped([wrapped(items)], tag: .context(3))
        }
    }

    @Test(arguments: OtherForm.allCases)
    func `what DER writes in another form is a deviation and nothing else`(form: OtherForm) throws {
        let draft = Authority.Draft(form.item.map { [$0] } ?? [])
        let leaf = try root.rewrite(try root.issue("CN=leaf", draft)) { try form.apply(&$0) }
        #expect(leaf.encodingDeviations.count == 1, "\(leaf.encodingDeviations)")
        #expect(decide(leaf).isTrusted)
        let deviation = try #require(leaf.encodingDeviations.first)
        let findings = decide(leaf, .certificates).findings
        #expect(findings.contains { $0.code == .profileViolation && $0.evidence.contains(deviation) }, "\(findings)")
        #expect(try root.issue().encodingDeviations.isEmpty && root.certificate.encodingDeviations.isEmpty)
    }

    @Test func `a signature algorithm has the parameters of its standard`() throws {
        let null = wrapped([[0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02], [0x05, 0x00]])
        let parameters = try AlgorithmIdentifier(parsing: ASN1Element(parsing: null))
        #expect(parameters.signatureAlgorithm == .ecdsa(.sha256) && !parameters.hasProperParameters)
        #expect(!AlgorithmIdentifier(oid: .ed25519, parameters: AlgorithmIdentifier.null).hasProperParameters)
        #expect(!AlgorithmIdentifier(oid: .sha256WithRSAEncryption, parameters: [0x30, 0]).hasProperParameters)
        #expect(AlgorithmIdentifier(oid: .sha256WithRSAEncryption).hasProperParameters)
        for algorithm in [SignatureAlgorithm.ecdsa(.sha256), .ecdsa(.md5), .ed25519, .rsaPKCS1(.sha256)] {
            #expect(AlgorithmIdentifier(algorithm).hasProperParameters)
        }
    }
}

@Suite("CRLs that nobody's encoder writes")
struct ListEncodingTests {
    private let root: Authority

    init() throws { root = try Authority() }

    private func decide(_ leaf: CertificateView, _ list: RevocationList) -> TrustDecision {
        TrustEvaluationTests.decide(leaf, to: [root.certificate]) {
            $0.revocation = RevocationSettings(mode: .required, lists: [list])
        }
    }

    /// A CRL with one line for each list of reasons.
    private func list(_ serial: [UInt8], reasons lines: [[UInt8]]) throws -> RevocationList {
        try root.rewrite(try root.revocationList()) { fields in
            let encoded = lines.map { reasons in
                var writer = DERWriter()
                writer.primitive(.integer, serial)
                writer.time(Authority.now.adding(seconds: -60))
                let extensions = reasons.map { CertificateExtension(oid: .reasonCode, value: [0x0A, 1, $0]).derBytes }
                return wrapped([writer.bytes] + (extensions.isEmpty ? [] : [wrapped(extensions)]))
            }
            fields.insert(wrapped(encoded), at: 5)
        }
    }

    @Test func `a revoked number is found however many octets pad it`() throws {
        for (serial, padded) in [([0xFB], [0xFF, 0xFB]), ([0x05], [0, 0, 0x05])] as [([UInt8], [UInt8])] {
            var draft = Authority.Draft()
            draft.serialNumber = SerialNumber(octets: serial)
            let leaf = try root.issue("CN=leaf", draft)
            #expect(decide(leaf, try list(padded, reasons: [[]])).errors == [.revoked])
            #expect(decide(leaf, try list([0x06], reasons: [[]])).isTrusted)
        }
    }

    @Test func `what takes a revocation back hides none that stands beside it`() throws {
        let leaf = try root.issue()
        let (serial, remove) = (leaf.serialNumber.octets, UInt8(CRLReason.removeFromCRL.rawValue))
        #expect(decide(leaf, try list(serial, reasons: [[remove]])).isTrusted)
        for lines in [[[remove], [1]], [[1], [remove]], [[remove, 1]], [[remove], []]] as [[[UInt8]]] {
            #expect(decide(leaf, try list(serial, reasons: lines)).errors == [.revoked], "\(lines)")
        }
    }

    @Test func `a CRL with an extension twice tells nothing`() throws {
        let leaf = try root.issue()
        let list = try root.rewrite(try root.revocationList()) { fields in
            let inside = try parts(of: fields[5], .context(0)).flatMap { try parts(of: $0) }
            fields[5] = wrapped([wrapped(inside + inside.suffix(1))], tag: .context(0))
        }
        #expect(decide(leaf, list).errors == [.revocationUnusable])
        #expect(list.list.findings.contains { $0.hasSuffix("appears twice") })
    }

    @Test func `an end that cannot be read is not the same as none`() throws {
        let leaf = try root.issue()
        let unreadable = try root.rewrite(try root.revocationList()) { $0[4] = [0x17, 0x01, 0x58] }
        #expect(decide(leaf, unreadable).errors == [.revocationUnusable])
        let open = try root.rewrite(try root.revocationList()) { $0.remove(at: 4) }
        #expect(decide(leaf, open).isTrusted)
    }

    @Test func `a CRL is in DER where all of RFC 5280 counts`() throws {
        let leaf = try root.issue()
        func errors(_ list: RevocationList, _ strictness: TrustRules.Strictness) -> [TrustCode] {
            TrustEvaluationTests.decide(leaf, to: [root.certificate]) {
                $0.rules.strictness = strictness
                $0.revocation = RevocationSettings(mode: .required, lists: [list])
            }.errors
        }
        let list = try root.revocationList()
        let noSeconds = try root.rewrite(list) { $0[4] = [0x17, 11] + Array("4901010000Z".utf8) }
        let indefinite = try RevocationList(
            parsing: [0x30, 0x80] + parts(of: list.list.encoded).flatMap { $0 } + [0, 0])
        for other in [noSeconds, indefinite] {
            #expect(errors(other, .path) == [])
            #expect(errors(other, .certificates) == [.revocationUnusable])
        }
        #expect(errors(list, .certificates) == [])
    }
}
