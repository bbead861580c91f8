// SPDX-License-Identifier: Apache-2.0

package import PKIFormats
import SCEP

/// Tells what an input is and what is in it: certificates, requests, CRLs, OCSP, CMS, SCEP messages, keys and PKCS#12,
/// in DER, PEM or bare Base64.
///
/// Pure and bounded: no clock, no file, no network; an input of 2 MiB takes less than 100 ms, whatever is in it, but for the
/// key derivations of what is under a password, which have limits of their own.
/// Whatever the bytes are, the end is a report or an error, never a trap.
package struct Inspector: Sendable {
    private let now: Timestamp
    private let password: [UInt8]?

    /// Makes an inspector.
    ///
    /// - Parameters:
    ///   - now: the moment against which validity is told.
    ///   - password: opens an encrypted private key or a PKCS#12, UTF-8.
    package init(now: Timestamp, password: [UInt8]? = nil) {
        self.now = now
        self.password = password
    }

    /// Reads an input and tells about it.
    ///
    /// - Parameters:
    ///   - bytes: the input as it came from file, network or clipboard.
    ///   - type: what it must be; `nil` to find out.
    /// - Returns: what it is. Of a PEM text with several blocks, each.
    /// - Throws: ``InspectionError``.
    package func inspect(_ bytes: [UInt8], as type: InspectionType? = nil) throws(InspectionError) -> InspectionReport {
        guard bytes.contains(where: { $0 > 0x20 }) else { throw .empty }
        guard bytes.count <= InspectionLimits.octets else { throw .tooLarge(limit: InspectionLimits.octets) }
        if type == .capabilities || (type == nil && CapabilitiesDescription.isList(bytes)) {
            return CapabilitiesDescription(capabilities: CACapabilities(parsing: bytes)).report
        }
        let blocks = try Self.blocks(of: bytes, as: type)
        if let only = blocks.first, blocks.count == 1 {
            return try report(of: only, as: type == .bundle ? nil : type)
        }
        var opened = 0
        return try BundleDescription(blocks: blocks) { block throws(InspectionError) in
            if Self.isUnderPassword(block) { opened += 1 }
            let inspector = opened > InspectionLimits.openedBlocks ? Inspector(now: now) : self
            return try inspector.report(of: block, as: type == .bundle ? nil : type)
        }.report()
    }

    /// The blocks of a PEM text, or the one structure that DER or Base64 is.
    private static func blocks(of bytes: [UInt8], as type: InspectionType?) throws(InspectionError) -> [PEMBlock] {
        if InputStructure(bytes)?.type != nil { return [PEMBlock(label: "", der: bytes)] }
        do throws(FormatError) {
            return try PEM.sniff(bytes, limit: InspectionLimits.octets)
        } catch {
            if case .unsupportedForm(let form) = error { throw .unsupported(form) }
            if case .invalidText = error, type == nil, !Self.isArmoured(bytes) { throw .unrecognized }
            throw .format(type ?? .bundle, error)
        }
    }

    private static func isUnderPassword(_ block: PEMBlock) -> Bool {
        let type = InputStructure(block.der)?.type
        return type == .encryptedPrivateKey || type == .pkcs12
    }

    /// Whether there is a PEM boundary, so that what is wrong with the text is worth telling.
    private static func isArmoured(_ bytes: [UInt8]) -> Bool {
        bytes.prefix(1 << 16).firstRange(of: Array("-----BEGIN ".utf8)) != nil
    }

    private func report(of block: PEMBlock, as wanted: InspectionType?) throws(InspectionError) -> InspectionReport {
        if block.headers.contains(where: { $0.contains("ENCRYPTED") }) {
            throw .unsupported("a private key in OpenSSL's old encrypted form ('openssl pkcs8 -topk8' converts it)")
        }
        let structure = InputStructure(block.der)
        guard let shown = structure?.type else {
            guard let wanted else { throw .unrecognized }
            return try read(block.der, as: wanted)
        }
        let type = wanted.map { $0.admits(shown) ? shown : $0 } ?? shown
        let report = try read(block.der, as: type)
        guard let finding = PEMLabel(block.label).finding(for: type) else { return report }
        return InspectionReport(
            report.type, summary: report.summary, findings: report.findings + [finding], sections: report.sections)
    }

    private func read(_ der: [UInt8], as type: InspectionType) throws(InspectionError) -> InspectionReport {
        do throws(FormatError) {
            switch type {
            case .certificate:
                return CertificateDescription(certificate: try CertificateView(parsing: der), now: now).report
            case .csr: return CertificationRequestDescription(request: try CertificationRequest(parsing: der)).report
            case .crl: return RevocationListDescription(list: try CertificateList(parsing: der), now: now).report
            case .ocspRequest: return OCSPRequestDescription(request: try OCSPRequest(parsing: der)).report
            case .ocspResponse:
                return OCSPResponseDescription(response: try OCSPResponse(parsing: der), now: now).report
            case .cms: return try message(der)
            case .privateKey:
                return PrivateKeyDescription(key: try PrivateKeyInfo(parsing: der), isUnprotected: true).report
            case .encryptedPrivateKey:
                let key = try EncryptedPrivateKeyInfo(parsing: der)
                return try EncryptedPrivateKeyDescription(key: key, password: password).report()
            case .publicKey:
                return PublicKeyFile(key: try SubjectPublicKeyInfo(parsing: try ASN1Element(parsing: der))).report
            case .pkcs12: return try PFXDescription(PFX(parsing: der), password: password, now: now).report
            case .scep, .bundle, .capabilities: break
            }
        } catch {
            throw .format(type, error)
        }
        return try scepMessage(der)
    }

    private func message(_ der: [UInt8]) throws(FormatError) -> InspectionReport {
        let info = try ContentInfo(parsing: der)
        switch info.contentType {
        case .envelopedData, .authEnvelopedData:
            return EnvelopedDataDescription(data: try EnvelopedData(parsing: info)).report
        case .signedData: return SignedDataDescription(data: try SignedData(parsing: info), now: now).report
        default:
            return InspectionReport(
                .cms, summary: ["A CMS message of the type \(info.contentType.nameOrDotted), which is not read here."],
                sections: [InspectionSection("", [InspectionField("Content", "\(info.content.content.count) octets")])])
        }
    }

    private func scepMessage(_ der: [UInt8]) throws(InspectionError) -> InspectionReport {
        do throws(SCEPError) {
            return SCEPMessageDescription(message: try PKIMessage(parsing: der), now: now).report
        } catch {
            throw .scep(error)
        }
    }
}
