// SPDX-License-Identifier: Apache-2.0

import CLibFuzzer
import Foundation
import OMADM
import PKIFormats
import SCEP
import TrustEvaluation

/// Feeds one parser with what the fuzzer invents: `FuzzParsers PARSER [libFuzzer flags] [corpus folder]`.
///
/// A crash becomes a file in `Fuzz/FailCases/` and a unit test.
@main
enum Main {
    /// Every parser that reads outside bytes. Results are thrown away: ending in a value or an error is the promise.
    nonisolated(unsafe) static let parsers: [String: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32] = [
        "certificate": { Main.feed($0, $1) { _ = try CertificateView(parsing: $0).findings } },
        "request": { Main.feed($0, $1) { _ = try CertificationRequest(parsing: $0).challengePassword } },
        "signed-data": { Main.feed($0, $1) { _ = try SignedData(parsing: $0).certificateViews } },
        "enveloped-data": { Main.feed($0, $1) { _ = try EnvelopedData(parsing: $0).cipher } },
        "private-key": { Main.feed($0, $1) { _ = try PrivateKeyInfo(parsing: $0) } },
        "crl": { Main.feed($0, $1) { _ = try CertificateList(parsing: $0).entries.count } },
        "ocsp-request": { Main.feed($0, $1) { _ = try OCSPRequest(parsing: $0) } },
        "ocsp-response": { Main.feed($0, $1) { _ = try OCSPResponse(parsing: $0) } },
        "pem": { Main.feed($0, $1) { _ = try PEM.sniff($0) } },
        "bundle": { Main.feed($0, $1) { _ = try CertificateBundle(reading: $0, limits: Main.littleWork).chain } },
        "pfx": {
            Main.feed($0, $1) { bytes in
                let pfx = try PFX(parsing: bytes)
                _ = try? pfx.readableWithoutPassword().bags
                _ = try pfx.open(password: [0x78], limits: Main.littleWork, allowingUnauthenticated: true).bags
            }
        },
        "name": { Main.feed($0, $1) { _ = try DistinguishedName(text: String(decoding: $0, as: UTF8.self)).rfc4514 } },
        "trust": { Main.feed($0, $1) { try Main.judge($0) } },
        "scep-message": { Main.feed($0, $1) { _ = try PKIMessage(parsing: $0[...]) } },
        "scep-query": {
            Main.feed($0, $1) { _ = try GETMessage.decode(rawQuery: String(decoding: $0, as: UTF8.self)) }
        },
        "syncml": { Main.feed($0, $1) { try Main.repeatSyncML($0, .xml) } },
        "syncml-wbxml": { Main.feed($0, $1) { try Main.repeatSyncML($0, .wbxml) } },
        "mde-request": {
            Main.feed($0, $1) { bytes in
                for service in MDEService.allCases { try Main.enrol(bytes, at: service) }
            }
        },
        "provisioning": { Main.feed($0, $1) { _ = try ProvisioningDocument(parsing: $0) } },
        "mdm-signature": {
            Main.feed($0, $1) { bytes in
                _ = try MDMSignature.verify(String(decoding: bytes, as: UTF8.self), over: [])
            }
        },
        "scep-ca": { Main.feed($0, $1) { _ = try CACertificates(parsing: $0) } },
    ]

    /// So that a file that asks for many rounds is refused instead of tried.
    private static let littleWork = PKCS12Limits(iterations: 100, totalIterations: 1000)

    /// What was read must be written and read again as the same.
    private static func repeatSyncML(_ octets: [UInt8], _ form: SyncMLForm) throws {
        let message = try SyncML(parsing: octets, as: form)
        _ = message.redacted()
        guard let written = try? message.serialize(as: form) else { return }
        let again = try? SyncML(parsing: written, as: form)
        precondition(again == message, "the message is another one when read again")
    }

    /// A request for an enrolment, as far as it goes before keys are needed.
    private static func enrol(_ octets: [UInt8], at service: MDEService) throws {
        let origin = "https://mdm.example.com/EnrollmentServer/"
        let settings = MDESettings(
            authPolicies: [.onPremise], policyServiceURL: try ServiceURL(parsing: origin + "Policy.svc"),
            enrollmentServiceURL: try ServiceURL(parsing: origin + "Enrollment.svc"),
            policy: CertificateEnrollmentPolicy(commonName: "Fuzz", validity: 31_536_000, renewal: 5_184_000))
        var transaction = MDETransaction(
            service, settings: settings, traceID: "2493ee37-beeb-4cb9-833c-cadde9067645")
        _ = transaction.received(octets)
    }

    static func main() {
        var arguments = CommandLine.arguments
        guard arguments.count > 1, let callback = parsers[arguments[1]] else {
            print(parsers.keys.sorted().joined(separator: "\n"))
            return
        }
        arguments.remove(at: 1)
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var count = Int32(arguments.count)
        pointers.withUnsafeMutableBufferPointer { buffer in
            var base = buffer.baseAddress
            _ = LLVMFuzzerRunDriver(&count, &base, callback)
        }
    }

    /// Judges certificates that stand one behind the other by every rule there is: the first as leaf, all as authorities,
    /// the last as trust anchor; what is a CRL is used as one.
    private static func judge(_ octets: [UInt8]) throws {
        var reader = ASN1Reader(octets[...])
        var certificates: [CertificateView] = []
        var lists: [RevocationList] = []
        while !reader.isAtEnd, certificates.count + lists.count < 16 {
            let element = try reader.next()
            if let certificate = try? CertificateView(parsing: element) {
                certificates.append(certificate)
            } else if let list = try? RevocationList(parsing: Array(element.encoded)) {
                lists.append(list)
            }
        }
        guard let leaf = certificates.first, let anchor = certificates.last else { return }
        for rules in [TrustRules.standard, .web] {
            var query = TrustQuery(
                leaf: leaf, intermediates: certificates, anchors: [TrustAnchor(anchor)],
                time: Timestamp(seconds: 1_780_000_000))
            query.rules = rules
            query.purpose = .serverAuth
            query.names = [.dns("a.test")]
            query.policies = PolicySettings(requiresExplicitPolicy: true)
            query.revocation = RevocationSettings(mode: .required, lists: lists)
            _ = TrustValidator().evaluate(query)
        }
    }

    private static func feed(_ data: UnsafePointer<UInt8>?, _ size: Int, _ parse: ([UInt8]) throws -> Void) -> Int32 {
        try? parse(Array(UnsafeBufferPointer(start: data, count: size)))
        return 0
    }
}

/// The fuzzer's link step asks for this symbol; the driver is given its callback directly instead.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 { 0 }
