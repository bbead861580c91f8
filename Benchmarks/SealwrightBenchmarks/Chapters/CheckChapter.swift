// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats

/// `sealwright check` of a folder of many certificates, as a process: start, reading, judging and writing included.
struct CheckChapter {
    let bed: TestBed
    let files: Int

    func run(into report: inout Report) throws {
        let folder = bed.folder + "/check"
        try CertificateFiller(folder: folder).write(files)
        var findings: [Finding] = []
        for profile in ["modern", "itms-7.5"] {
            let processor = Self.childrenSeconds()
            let start = ContinuousClock.now
            let result = folder + ".json"
            try check(folder, "--profile", profile, "--name", "host.example.test", "--format", "json", "--out", result)
            let seconds = (ContinuousClock.now - start).seconds
            let spent = Self.childrenSeconds() - processor
            findings.append(
                .rate("files, profile \(profile)", Double(files) / seconds, per: "a second", atLeast: 2_000))
            findings.append(.note("processor time a file, \(profile)", "\((spent / Double(files) * 1e6).fixed(0)) µs"))
        }
        report.add("`sealwright check` of a folder of \(Double(files).grouped) certificates, wall time", findings)
    }

    private func check(_ folder: String, _ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: bed.program)
        process.arguments = ["check", folder, "--trust", folder + "/root.anchor"] + arguments
        try process.run()
        process.waitUntilExit()
        // 1 says that some certificate is bad, which is no failure of the measurement.
        guard [0, 1].contains(process.terminationStatus) else { throw BenchmarkError("check cannot be measured") }
    }

    private static func childrenSeconds() -> Double {
        var used = tms()
        _ = times(&used)
        return Double(used.tms_cutime + used.tms_cstime) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}

/// Writes server certificates below a root and an issuing authority, each with a key of its own.
private struct CertificateFiller {
    let folder: String
    private let root: SoftwareKey
    private let issuing: SoftwareKey
    private let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970))

    init(folder: String) throws {
        self.folder = folder
        let pool = CryptoPool(threads: 1)
        root = try SoftwareKey.generate(.rsa3072, id: KeyID(rawValue: "root"), pool: pool)
        issuing = try SoftwareKey.generate(.rsa2048, id: KeyID(rawValue: "issuing"), pool: pool)
        pool.shutdown()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    func write(_ count: Int) throws {
        let authority = [
            BasicConstraints.authority(pathLength: nil).certificateExtension,
            KeyUsage([.keyCertSign, .cRLSign]).certificateExtension,
        ]
        let anchor = try certificate("CN=Bench Root", by: "CN=Bench Root", root, key: root.publicKey, authority)
        let middle = try certificate("CN=Bench Issuing", by: "CN=Bench Root", root, key: issuing.publicKey, authority)
        try Data(PEM.encode(anchor, label: "CERTIFICATE").utf8).write(to: URL(fileURLWithPath: folder + "/root.anchor"))
        let server = [
            SubjectAlternativeName([.dnsName("host.example.test")]).certificateExtension,
            ExtendedKeyUsage([.serverAuth]).certificateExtension,
            KeyUsage([.digitalSignature, .keyEncipherment]).certificateExtension,
            CRLDistributionPoints(uris: ["http://crl.example.test/b.crl"]).certificateExtension,
        ]
        for number in 0..<count {
            let leaf = try certificate(
                "CN=host.example.test", by: "CN=Bench Issuing", issuing, key: Self.freshKey(), server)
            let text = PEM.encode(leaf, label: "CERTIFICATE") + PEM.encode(middle, label: "CERTIFICATE")
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(number).pem"))
        }
    }

    private func certificate(
        _ subject: String, by issuer: String, _ signer: SoftwareKey, key: PublicKey,
        _ extensions: [CertificateExtension]
    ) throws -> [UInt8] {
        let tbs = TBSCertificate(
            serialNumber: .random(), signature: .rsaPKCS1(.sha256), issuer: try DistinguishedName(text: issuer),
            notBefore: now.adding(seconds: -86_400), notAfter: now.adding(seconds: 90 * 86_400),
            subject: try DistinguishedName(text: subject), subjectPublicKeyInfo: SubjectPublicKeyInfo(key),
            extensions: extensions
        ).derBytes
        return TBSCertificate.certificate(
            tbs: tbs, signature: try signer.signSynchronously(tbs, algorithm: .rsaPKCS1(.sha256)),
            algorithm: .rsaPKCS1(.sha256))
    }

    /// A number that looks like an RSA modulus of 2048 bits: nobody needs its factors to check a certificate.
    private static func freshKey() throws -> PublicKey {
        while true {
            var modulus = SecureRandom.bytes(256)
            modulus[0] |= 0x80
            modulus[255] |= 1
            let key = try RSAPublicKey(modulus: modulus, exponent: [1, 0, 1])
            if key.weaknesses.isEmpty { return .rsa(key) }
        }
    }
}
