// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import TrustEvaluation

/// Judging a certificate: from the octets that arrived to a decision, in one thread.
struct ValidationChapter {
    /// Judgements of one kind.
    let rounds: Int
    /// Lines of the long CRL.
    let entries: Int

    private static let now = Timestamp(seconds: 1_780_000_000)

    func run(into report: inout Report) throws {
        let pool = CryptoPool(threads: 1)
        defer { pool.shutdown() }
        let rsa = try ValidationHierarchy(root: .rsa3072, issuing: .rsa2048, leaf: .rsa2048, pool)
        let curves = try ValidationHierarchy(root: .ecP384, issuing: .ecP256, leaf: .ecP256, pool)
        let rsaCost = try cost(of: rsa)
        let curveCost = try cost(of: curves)
        let cache = SignatureCache()
        let cached = try cost(of: curves, cache)
        let listed = try listCost(rsa)
        report.add(
            "Judging a certificate, its octets read anew each time",
            [
                .amount("RSA-2048 leaf and issuing CA, RSA-3072 root", rsaCost * 1e6, "µs CPU", atMost: 100),
                bound(rsaCost, try rsa.arithmetic(rounds: rounds, upTo: 2)),
                .amount("P-256 leaf and issuing CA, P-384 root", curveCost * 1e6, "µs CPU", atMost: 700),
                bound(curveCost, try curves.arithmetic(rounds: rounds, upTo: 2)),
                .amount("the same, issuer verified before", cached * 1e6, "µs CPU", atMost: 100),
                bound(cached, try curves.arithmetic(rounds: rounds, upTo: 1)),
                .amount("a CRL of \(Double(entries).grouped) lines adds", listed * 1e6, "µs CPU", atMost: 5),
            ])
    }

    private func bound(_ cost: Double, _ arithmetic: Double) -> Finding {
        .note("of which signatures alone", "\((arithmetic * 1e6).fixed(1)) µs, \((arithmetic / cost * 100).fixed(0)) %")
    }

    /// Seconds of processor time of one judgement, the median of several runs.
    private func cost(
        of hierarchy: ValidationHierarchy, _ cache: SignatureCache? = nil, _ revocation: RevocationSettings = .off
    ) throws -> Double {
        let anchors = [TrustAnchor(try CertificateView(parsing: hierarchy.root))]
        let issuing = try CertificateView(parsing: hierarchy.issuing)
        let judge = { (leaf: [UInt8]) throws in
            // Only the leaf is new with each connection when the issuer was verified before.
            let chain = cache == nil ? try CertificateView(parsing: hierarchy.issuing) : issuing
            var query = TrustQuery(
                leaf: try CertificateView(parsing: leaf), intermediates: [chain], anchors: anchors, time: Self.now)
            query.purpose = .serverAuth
            query.names = [.dns("server.example.test")]
            query.revocation = revocation
            query.signatures = cache
            let decision = TrustValidator().evaluate(query)
            guard decision.isTrusted else {
                throw BenchmarkError("the path was refused: \(decision.findings.map(\.description))")
            }
        }
        let leaves = try hierarchy.leaves(cache == nil ? 1 : rounds * 5)
        var next = 0
        let runs = try (0..<5).map { _ in
            let start = ProcessorTime.ofThread()
            for _ in 0..<rounds {
                try judge(leaves[next % leaves.count])
                next += 1
            }
            return (ProcessorTime.ofThread() - start) / Double(rounds)
        }
        return runs.median
    }

    /// What looking the leaf up in a long CRL adds; the CRL's own signature is verified once for all judgements.
    private func listCost(_ hierarchy: ValidationHierarchy) throws -> Double {
        let list = try hierarchy.revocationList(entries: entries, at: Self.now)
        let serials = (0..<rounds).map { _ in SerialNumber.random() }
        let issuer = try CertificateView(parsing: hierarchy.issuing).subject
        let start = ProcessorTime.ofThread()
        var found = 0
        for serial in serials where list.entry(for: serial, issuer: issuer) != nil { found += 1 }
        let used = (ProcessorTime.ofThread() - start) / Double(rounds)
        guard found == 0 else { throw BenchmarkError("a random serial number is on the CRL") }
        return used
    }
}
