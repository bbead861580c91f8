// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore
import SealwrightServer
import SealwrightStore

/// The first page of a list of very many certificates, by every filter, asked of the store and of the command line.
struct ListChapter {
    let bed: TestBed
    let certificates: Int

    func run(into report: inout Report) async throws {
        let site = try bed.initialize()
        let filler = try await StoreFiller(folder: site.folder)
        try await filler.save(certificates)
        var findings: [Finding] = []
        for (name, filter) in Self.filters(now: SystemClock().now, authority: filler.authority.id) {
            var times: [Double] = []
            for _ in 0..<5 {
                let start = ContinuousClock.now
                _ = try await filler.store.credentials(filter, after: nil, limit: 100)
                times.append((ContinuousClock.now - start).seconds * 1_000)
            }
            findings.append(.amount(name, times.max() ?? 0, "ms", atMost: 100))
        }
        await filler.close()

        let server = try site.start()
        findings.append(.amount("start of the server", server.startup, "s", digits: 2, atMost: 1))
        findings.append(.amount("memory idle, resident", server.memory()["VmRSS"] ?? 0, "MiB", atMost: 80))
        findings += try commandLine(site)
        server.stop()
        report.add("A page of 100 of \(Double(certificates).grouped) certificates, wall time, slowest of 5", findings)
    }

    /// The whole of `sealwright certificate list`: process, TLS, server, JSON.
    private func commandLine(_ site: Site) throws -> [Finding] {
        let lists: [(name: String, flags: [String])] = [
            ("certificate list", []), ("certificate list --expiring 30d", ["--expiring", "30d"]),
            ("certificate list --subject site-42", ["--subject", "site-42"]),
            ("certificate list --status revoked", ["--status", "revoked"]),
            ("certificate list, all three", ["--expiring", "30d", "--subject", "site-42", "--status", "revoked"]),
        ]
        return try lists.map { name, flags in
            let times = try (0..<5).map { _ in
                let start = ContinuousClock.now
                try site.run(["certificate", "list", "--data", site.folder, "--json"] + flags)
                return (ContinuousClock.now - start).seconds * 1_000
            }
            return .amount("sealwright \(name)", times.max() ?? 0, "ms", atMost: 100)
        }
    }

    private static func filters(now: Timestamp, authority: AuthorityID) -> [(String, CredentialFilter)] {
        let plain = CredentialFilter(now: now)
        var all: [(String, CredentialFilter)] = [("no filter", plain)]
        for status in Credential.Status.allCases {
            var filter = plain
            filter.status = status
            all.append(("status \(status.rawValue)", filter))
        }
        for subject in ["device-123", "site-42.example", "nowhere-at-all"] {
            var filter = plain
            filter.subject = subject
            all.append(("subject contains '\(subject)'", filter))
        }
        var expiring = plain
        expiring.expiringWithin = 30 * 86_400
        all.append(("ends within 30 days", expiring))
        var ofAuthority = plain
        ofAuthority.authority = authority
        all.append(("authority", ofAuthority))
        var ofDevice = plain
        ofDevice.device = DeviceID(rawValue: "d_none")
        all.append(("device", ofDevice))
        var revoked = plain
        revoked.status = .revoked
        revoked.subject = "site-42"
        all.append(("revoked, 'site-42'", revoked))
        var narrow = expiring
        narrow.status = .revoked
        narrow.subject = "site-42"
        all.append(("revoked, 'site-42', ends within 30 days", narrow))
        return all
    }
}
