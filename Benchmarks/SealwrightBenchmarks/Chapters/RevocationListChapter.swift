// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// A CRL of very many entries, from values to verified DER, in one thread.
struct RevocationListChapter {
    let entries: Int

    func run(into report: inout Report) throws {
        let pool = CryptoPool(threads: 1)
        defer { pool.shutdown() }
        let key = try SoftwareKey.generate(.rsa2048, id: KeyID(rawValue: "authority"), pool: pool)
        let now = Timestamp(seconds: 1_780_000_000)
        let revoked = (0..<entries).map { index in
            RevokedCertificate(
                serialNumber: .random(), revocationDate: now.adding(seconds: -Int64(index % 10_000_000)),
                reason: index.isMultiple(of: 3) ? .superseded : .unspecified)
        }
        let algorithm = SignatureAlgorithm.rsaPKCS1(.sha256)
        let start = ProcessorTime.ofThread()
        let list = TBSCertList(
            signature: algorithm, issuer: try DistinguishedName(rfc4514: "CN=Benchmark"), thisUpdate: now,
            nextUpdate: now.adding(seconds: 7 * 86_400), revokedCertificates: RevokedCertificateList(revoked),
            crlNumber: CRLNumber(1),
            authorityKeyIdentifier: AuthorityKeyIdentifier(keyIdentifier: SecureRandom.bytes(20))
        ).derBytes
        let signature = try key.signSynchronously(list, algorithm: algorithm)
        guard key.publicKey.isValidSignature(signature, of: list, algorithm: algorithm) else {
            throw BenchmarkError("the CRL's signature does not verify")
        }
        let der = TBSCertList.certificateList(tbs: list, signature: signature, algorithm: algorithm)
        let used = ProcessorTime.ofThread() - start
        report.add(
            "A CRL of \(Double(entries).grouped) entries",
            [
                .amount("encode, sign, verify", used, "s CPU", digits: 2, atMost: 4),
                .amount("size", Double(der.count) / 1_048_576, "MiB"),
            ])
    }
}
