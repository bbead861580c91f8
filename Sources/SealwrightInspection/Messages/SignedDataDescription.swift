// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// A CMS SignedData, told; also the certs-only form in which authorities hand out chains.
struct SignedDataDescription {
    let data: SignedData
    let now: Timestamp

    var report: InspectionReport {
        InspectionReport(.cms, summary: [meaning], findings: findings, sections: sections)
    }

    var sections: [InspectionSection] {
        [InspectionSection("", fields)]
            + data.signerInfos.map { SignerDescription(signer: $0, data: data, now: now).section }
            + certificateSections + revocationSections
    }

    private var meaning: String {
        let certificates = Printable.count(data.certificates.count, "certificate")
        guard !data.signerInfos.isEmpty else {
            let lists = data.crls.isEmpty ? "" : " and \(Printable.count(data.crls.count, "CRL"))"
            return "Holds \(certificates)\(lists), signed by nobody."
        }
        let content = data.content.map { "\($0.count) octets" } ?? "content that is not in it"
        let names = data.signerInfos.map { signer in
            data.certificate(of: signer).map { $0.subject.commonName ?? $0.subject.rfc4514 } ?? "an unknown key"
        }
        return "A signature over \(content) by \(Printable.text(Printable.list(names), limit: 200))."
    }

    private var fields: [InspectionField] {
        [
            InspectionField("Message", "SignedData"),
            InspectionField("Content type", data.contentType.nameOrDotted),
            InspectionField("Content", data.content.map { "\($0.count) octets" } ?? "not in the message"),
            InspectionField(
                "Digests",
                data.digestAlgorithms.isEmpty
                    ? nil : data.digestAlgorithms.map { $0.oid.nameOrDotted }.joined(separator: ", ")),
            InspectionField("Certificates", String(data.certificates.count)),
            InspectionField("CRLs", data.crls.isEmpty ? nil : String(data.crls.count)),
        ].compactMap { $0 }
    }

    var certificateSections: [InspectionSection] {
        data.certificates.prefix(InspectionLimits.certificates).map { encoded in
            guard let certificate = try? CertificateView(parsing: encoded) else {
                return InspectionSection("Certificate", [InspectionField("Contents", "unreadable")])
            }
            return CertificateDescription(certificate: certificate, now: now).section("Certificate")
        }
    }

    private var revocationSections: [InspectionSection] {
        data.crls.prefix(InspectionLimits.certificates).map { encoded in
            guard let list = try? CertificateList(parsing: encoded) else {
                return InspectionSection("CRL", [InspectionField("Contents", "unreadable")])
            }
            return RevocationListDescription(list: list, now: now).report.section("CRL")
        }
    }

    var findings: [InspectionFinding] {
        let signers = data.signerInfos.flatMap { SignerDescription(signer: $0, data: data, now: now).findings }
        return signers
            + InspectionFinding.notShown(data.certificates.count - InspectionLimits.certificates, "certificate")
    }
}

/// One signer of a SignedData, told.
struct SignerDescription {
    let signer: SignerInfo
    let data: SignedData
    let now: Timestamp

    /// What trying the signature came to.
    enum Verification {
        case valid
        case invalid(FormatError)
        /// Not tried, and why.
        case unchecked(String)
    }

    var section: InspectionSection {
        let sections = [
            InspectionSection("Signed attributes", AttributeDescription.fields(signer.signedAttributes)),
            InspectionSection("Unsigned attributes", AttributeDescription.fields(signer.unsignedAttributes)),
        ]
        return InspectionSection("Signer", fields, sections: sections)
    }

    private var fields: [InspectionField] {
        [
            InspectionField("Signed by", Self.words(signer.sid)),
            InspectionField(
                "Certificate", certificate.map { "in the message, \($0.subject.rfc4514)" } ?? "not in the message"),
            InspectionField("Digest", signer.digestAlgorithm.oid.nameOrDotted),
            InspectionField("Signature", algorithmName, note: verificationNote),
        ]
    }

    var certificate: CertificateView? { data.certificate(of: signer) }

    var verification: Verification {
        guard let certificate else { return .unchecked("the signer's certificate is not in the message") }
        guard let key = certificate.publicKey, key.isCheapToCheckWith else {
            return .unchecked("the key cannot be used here")
        }
        guard data.content != nil || signer.signedAttributesBytes == nil else {
            return .unchecked("the content is not in the message")
        }
        do throws(FormatError) {
            try data.verify(signer, with: key)
            return .valid
        } catch {
            return .invalid(error)
        }
    }

    var findings: [InspectionFinding] {
        var findings: [InspectionFinding] = []
        if case .invalid(let error) = verification {
            findings.append(InspectionFinding(.error, .signatureInvalid, "A signature does not hold: \(error)."))
        }
        if let legacy = InspectionFinding.legacy(signer.digest, in: "A signature") { findings.append(legacy) }
        return findings
    }

    private var algorithmName: String {
        guard let algorithm = signer.signatureAlgorithmWithDigest else {
            return signer.signatureAlgorithm.oid.nameOrDotted
        }
        return AlgorithmIdentifier(algorithm).signatureName
    }

    private var verificationNote: String {
        switch verification {
        case .valid: "valid"
        case .invalid(let error): "invalid: \(error)"
        case .unchecked(let why): "not checked: \(why)"
        }
    }

    static func words(_ name: SignerIdentifier) -> String {
        switch name {
        case .issuerAndSerialNumber(let name): "serial number \(name.serialNumber.hex) of \(name.issuer.rfc4514)"
        case .subjectKeyIdentifier(let identifier): "key id \(Printable.colons(identifier))"
        }
    }
}

/// CMS attributes, told in the words of their standard.
enum AttributeDescription {
    static func fields(_ attributes: [Attribute]) -> [InspectionField] {
        attributes.prefix(InspectionLimits.values).map { attribute in
            let values = attribute.values.map(words)
            return InspectionField(
                attribute.type.nameOrDotted, values.isEmpty ? "no value" : values.joined(separator: ", "))
        }
    }

    private static func words(_ value: [UInt8]) -> String {
        guard let element = try? ASN1Element(parsing: value) else { return Printable.hex(value) }
        if let oid = try? element.oid() { return oid.nameOrDotted }
        if let moment = try? Timestamp(parsing: element) { return moment.iso8601 }
        if element.tag == .octetString, let octets = try? element.octetString() { return Printable.hex(octets) }
        return element.text.map { Printable.text($0, limit: 512) } ?? Printable.hex(value)
    }
}
