// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Testing

@Suite("RFC 7292: hostile files")
struct PFXHostileTests {
    let bench: PKCS12Bench
    init() throws { bench = try PKCS12Bench.shared() }

    private static let password = Array("x".utf8)

    /// A small file with one iteration, so that it can be opened thousands of times.
    private func small(_ options: [String] = []) throws -> [UInt8] {
        try bench.opensslOutput(
            ["pkcs12", "-export", "-inkey", "lone.key", "-in", "lone.crt", "-passout", "pass:x", "-iter", "1"] + options
        )
    }

    // MARK: - Iterations

    /// A file whose MAC asks for a number of rounds, over a safe without parts.
    private func file(macIterations: [UInt8], safe: [UInt8] = [0x30, 0x00]) -> [UInt8] {
        var writer = DERWriter()
        writer.sequence { pfx in
            pfx.integer(3)
            pfx.sequence { info in
                info.oid(.data)
                info.explicit(0) { $0.octetString(safe) }
            }
            pfx.sequence { mac in
                mac.sequence { digest in
                    digest.append(AlgorithmIdentifier(digest: .sha256))
                    digest.octetString([UInt8](repeating: 0, count: 32))
                }
                mac.octetString([UInt8](repeating: 1, count: 8))
                mac.primitive(.integer, macIterations)
            }
        }
        return writer.bytes
    }

    @Test(arguments: [[0], [0xFF], [0x80, 0, 0, 0]])
    func `iterations of zero and below are refused`(count: [UInt8]) {
        let error = #expect(throws: FormatError.self) { try PFX(parsing: file(macIterations: count)) }
        #expect(error?.code == "format.invalid-value")
    }

    @Test(arguments: [[0x7F, 0xFF, 0xFF, 0xFF], [0x4C, 0x4B, 0x41], [0x7F] + [UInt8](repeating: 0xFF, count: 7)])
    func `iterations beyond five million are refused before any work`(count: [UInt8]) {
        let error = #expect(throws: FormatError.self) { try PFX(parsing: file(macIterations: count)) }
        #expect(error?.code == "format.limit-exceeded")
    }

    @Test func `a device may ask for less work than an administrator`() throws {
        let pfx = try PFX(parsing: file(macIterations: [0x09, 0x27, 0xC1]))
        #expect(throws: FormatError.limitExceeded("iterations of a key derivation", limit: 600_000)) {
            try pfx.open(password: Self.password, limits: .devices)
        }
        #expect(throws: FormatError.passwordWrong("the PKCS#12")) { try pfx.open(password: Self.password) }
    }

    @Test func `many derivations share one budget`() throws {
        let pfx = try PFX(
            parsing: try bench.opensslOutput([
                "pkcs12", "-export", "-inkey", "lone.key", "-in", "lone.crt", "-passout", "pass:x", "-iter", "100000",
            ]))
        let limits = PKCS12Limits(iterations: 100_000, totalIterations: 250_000)
        #expect(
            throws: FormatError.limitExceeded("iterations of all key derivations of the file", limit: 250_000)
        ) { try pfx.open(password: Self.password, limits: limits) }
        #expect(try pfx.open(password: Self.password, limits: .devices).keys.count == 1)
    }

    // MARK: - Damage

    @Test func `every truncation is an error`() throws {
        let file = try small()
        for length in 0..<file.count {
            #expect(throws: FormatError.self) {
                try PFX(parsing: Array(file.prefix(length))).open(password: Self.password)
            }
        }
    }

    @Test(arguments: [[], ["-certpbe", "NONE", "-keypbe", "NONE"]])
    func `a flipped bit is an error or changes nothing`(options: [String]) throws {
        let file = try small(options)
        let expected = try PFX(parsing: file).open(password: Self.password)
        for index in file.indices {
            var damaged = file
            damaged[index] ^= 1 << UInt8(index % 8)
            guard let contents = try? PFX(parsing: damaged).open(password: Self.password) else { continue }
            #expect(contents.certificates.map(\.certificate) == expected.certificates.map(\.certificate))
            #expect(contents.keys.map(\.info) == expected.keys.map(\.info))
        }
    }

    @Test func `content changed under a MAC that no longer fits is told from a wrong password`() throws {
        var file = try small()
        // The last octet of the file is the iteration count or salt of the MAC; the one before belongs to its salt.
        file[file.count - 2] ^= 1
        #expect(throws: FormatError.verificationFailed("the MAC of the PKCS#12")) {
            try PFX(parsing: file).open(password: Self.password)
        }
    }

    // MARK: - Depth and number

    /// A file without MAC whose only part holds these bags in the clear.
    private func file(bags: [UInt8]) -> [UInt8] {
        var content = DERWriter()
        content.sequence { $0.append(bags) }
        var safe = DERWriter()
        safe.sequence { parts in
            parts.sequence { info in
                info.oid(.data)
                info.explicit(0) { $0.octetString(content.bytes) }
            }
        }
        var writer = DERWriter()
        writer.sequence { pfx in
            pfx.integer(3)
            pfx.sequence { info in
                info.oid(.data)
                info.explicit(0) { $0.octetString(safe.bytes) }
            }
        }
        return writer.bytes
    }

    private func bag(_ type: OID, _ value: [UInt8]) -> [UInt8] {
        var writer = DERWriter()
        writer.sequence { bag in
            bag.oid(type)
            bag.explicit(0) { $0.append(value) }
        }
        return writer.bytes
    }

    private func open(bags: [UInt8]) throws -> PFXContents {
        try PFX(parsing: file(bags: bags)).open(password: [], allowingUnauthenticated: true)
    }

    @Test func `safe contents in safe contents are read, too many levels are refused`() throws {
        var nested = try certificateBag(bench.read("lone.der"))
        for level in 1...12 {
            var contents = DERWriter()
            contents.sequence { $0.append(nested) }
            nested = bag(.pkcs12SafeContentsBag, contents.bytes)
            if level < PKCS12Limits.depth {
                #expect(try open(bags: nested).certificates.count == 1)
            } else {
                #expect(throws: FormatError.self) { try open(bags: nested) }
            }
        }
    }

    @Test func `a million bags are refused`() throws {
        let one: [UInt8] = [0x30, 0x00]
        let bytes = file(bags: Array(repeatElement(one, count: 1_000_000).joined()))
        #expect(throws: FormatError.self) { try PFX(parsing: bytes).open(password: [], allowingUnauthenticated: true) }
        let unknown = bag(OID(1, 2, 3), [0x05, 0x00])
        let many = Array(repeatElement(unknown, count: PKCS12Limits.bags + 1).joined())
        #expect(throws: FormatError.limitExceeded("bags of a PKCS#12", limit: PKCS12Limits.bags)) {
            try open(bags: many)
        }
    }

    @Test func `a file over four mebibytes is refused unread`() {
        let bytes = [UInt8](repeating: 0x30, count: PKCS12Limits.octets + 1)
        #expect(throws: FormatError.limitExceeded("octets of a PKCS#12", limit: PKCS12Limits.octets)) {
            try PFX(parsing: bytes)
        }
    }

    // MARK: - Odd contents

    private func certificateBag(_ der: [UInt8], type: OID = .pkcs12X509Certificate) -> [UInt8] {
        var writer = DERWriter()
        writer.sequence { value in
            value.oid(type)
            value.explicit(0) { $0.octetString(der) }
        }
        return bag(.pkcs12CertificateBag, writer.bytes)
    }

    @Test func `an SDSI certificate and an unknown bag are named and hide nothing`() throws {
        let lone = try bench.read("lone.der")
        let contents = try open(
            bags: certificateBag([1, 2, 3], type: .pkcs12SDSICertificate) + bag(OID(1, 2, 3), [0x05, 0x00])
                + certificateBag(lone))
        #expect(contents.certificates.map(\.certificate.encoded) == [lone])
        let unknown = contents.bags.compactMap { bag -> OID? in
            if case .unknown(let oid) = bag.content { oid } else { nil }
        }
        #expect(unknown == [.pkcs12SDSICertificate, OID(1, 2, 3)])
    }

    @Test func `a certificate bag without a certificate is refused`() {
        #expect(throws: FormatError.self) { try open(bags: certificateBag([0x30, 0x03, 1, 2, 3])) }
    }

    @Test func `a CRL bag gives its CRL`() throws {
        var value = DERWriter()
        value.sequence { crl in
            crl.oid(.pkcs12X509CRL)
            crl.explicit(0) { $0.octetString([0x30, 0x00]) }
        }
        #expect(try open(bags: bag(.pkcs12CRLBag, value.bytes)).crls == [[0x30, 0x00]])
    }

    @Test func `a key of a kind that is not supported is told, the certificate beside it is read`() throws {
        let x25519 = try bench.opensslOutput(["genpkey", "-algorithm", "x25519", "-outform", "DER"])
        let contents = try open(bags: bag(.pkcs12KeyBag, x25519) + certificateBag(bench.read("lone.der")))
        #expect(contents.hasLockedKey && contents.keys.isEmpty && contents.certificates.count == 1)
    }

    @Test(arguments: [(OID.signedData, "integrity"), (OID.envelopedData, "privacy")])
    func `the modes with public keys are refused by name`(type: OID, mode: String) {
        var writer = DERWriter()
        let isWhole = type == .signedData
        writer.sequence { pfx in
            pfx.integer(3)
            pfx.sequence { info in
                info.oid(isWhole ? type : .data)
                info.explicit(0) { content in
                    guard !isWhole else { return content.sequence { $0.integer(1) } }
                    var safe = DERWriter()
                    safe.sequence { parts in
                        parts.sequence { part in
                            part.oid(type)
                            part.explicit(0) { $0.sequence { $0.integer(0) } }
                        }
                    }
                    content.octetString(safe.bytes)
                }
            }
        }
        let error = #expect(throws: FormatError.self) { try PFX(parsing: writer.bytes) }
        #expect(error?.code == "format.unsupported-form")
        #expect(error?.description.contains("public-key \(mode) mode") == true)
    }
}
