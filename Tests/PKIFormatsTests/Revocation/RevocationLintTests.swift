// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import SealwrightTesting
import Testing

/// Where pkilint's programs are.
private let linters = Repository.pythonPrograms

@Suite(
    "RFC 5280 section 5 and RFC 6960: CRLs and OCSP responses, judged by pkilint",
    .enabled(
        if: ForeignProgram.areExpected(linters.appending(path: "lint_crl").path), "scripts/bootstrap installs pkilint"))
struct RevocationLintTests {
    enum Kind: CaseIterable {
        case full, empty, delta, partition
    }

    @Test(arguments: Kind.allCases)
    func `pkilint finds no fault in a CRL of any kind`(kind: Kind) throws {
        let authority = try TestAuthority()
        try lint(try crl(kind, of: authority), "lint_crl", "lint", "-t", "CRL", "-p", "PKIX")
    }

    @Test(arguments: [KeyType.rsa2048, .ecP384, .ecP521, .ed25519])
    func `pkilint finds no fault in a CRL of any key`(type: KeyType) throws {
        try lint(try crl(.full, of: try TestAuthority(type)), "lint_crl", "lint", "-t", "CRL", "-p", "PKIX")
    }

    @Test(arguments: [
        SingleResponse.CertStatus.good, .unknown, .revoked(at: TestAuthority.now, reason: .keyCompromise),
        .revoked(at: TestAuthority.now, reason: .unspecified),
    ])
    func `pkilint finds no fault in an OCSP response`(status: SingleResponse.CertStatus) throws {
        let authority = try TestAuthority()
        let (signer, key) = try authority.issueResponder()
        let now = TestAuthority.now
        let single = SingleResponse(
            certID: authority.certID(.random(), digest: .sha256), certStatus: status, thisUpdate: now,
            nextUpdate: now.adding(seconds: 3600))
        let data = ResponseData(
            responderID: ResponderID(keyOf: signer.subjectPublicKeyInfo), producedAt: now, responses: [single],
            nonce: OCSPNonce([UInt8](repeating: 1, count: 32)))
        let signature = try key.signSynchronously(data.bytesToSign, algorithm: .ecdsa(.sha256))
        let response = data.finish(
            signature: signature, algorithm: .ecdsa(.sha256), certificates: [signer.encoded])
        try lint(response, "lint_ocsp_response", "lint")
    }

    private func crl(_ kind: Kind, of authority: TestAuthority) throws -> [UInt8] {
        let lines = CRLReason.allCases.filter { $0 != .removeFromCRL }.map { reason in
            RevokedCertificate(
                serialNumber: .random(), revocationDate: TestAuthority.now, reason: reason,
                invalidityDate: reason == .keyCompromise ? TestAuthority.now : nil)
        }
        var tbs = authority.tbsCertList(kind == .empty ? [] : lines)
        switch kind {
        case .full: tbs.freshestCRL = FreshestCRL(uris: ["http://ca.example.org/delta.crl"])
        case .empty: break
        case .delta: tbs.baseCRLNumber = CRLNumber(5)
        case .partition:
            tbs.issuingDistributionPoint = IssuingDistributionPoint(
                uri: "http://ca.example.org/1.crl", onlyContainsUserCerts: true)
        }
        return try authority.sign(tbs)
    }

    /// Expects that a linter runs and has nothing to say, not even a notice.
    private func lint(_ bytes: [UInt8], _ linter: String, _ arguments: String...) throws {
        let folder = try ScratchFolder()
        let file = try folder.write(bytes, as: "linted.der")
        let arguments = arguments + ["-s", "NOTICE", "--document-format", "DER", file]
        let run = try folder.run(linters.appending(path: linter).path, arguments)
        #expect(run.status == 0 && run.output.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty, "\(run.output)")
    }
}
