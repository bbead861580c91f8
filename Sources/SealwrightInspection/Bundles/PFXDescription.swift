// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// A PKCS#12, told: how it is protected, and what is in it as far as the password goes.
struct PFXDescription {
    private let pfx: PFX
    private let contents: PFXContents
    private let now: Timestamp
    private let hasPassword: Bool

    /// Opens a PKCS#12; without a password the empty one is tried.
    ///
    /// - Throws: ``FormatError/passwordWrong(_:)`` when a password was given and does not fit.
    init(_ pfx: PFX, password: [UInt8]?, now: Timestamp) throws(FormatError) {
        self.pfx = pfx
        self.now = now
        if let password {
            contents = try pfx.open(password: password, allowingUnauthenticated: true)
            hasPassword = true
        } else if let opened = try? pfx.open(password: [], limits: .devices, allowingUnauthenticated: true) {
            contents = opened
            hasPassword = true
        } else {
            contents = try pfx.readableWithoutPassword()
            hasPassword = false
        }
    }

    var report: InspectionReport {
        InspectionReport(
            .pkcs12, summary: summary, findings: findings,
            sections: [protection] + contents.bags.prefix(InspectionLimits.bags).map(section))
    }

    private var summary: [String] {
        let counts = [
            (contents.bags.count(where: \.isKey), "private key"), (contents.certificates.count, "certificate"),
            (contents.crls.count, "CRL"), (contents.bags.count(where: \.isOther), "other bag"),
        ]
        let words = counts.filter { $0.0 > 0 }.map { Printable.count($0.0, $0.1) }
        let holds = words.isEmpty ? "nothing that can be seen" : Printable.list(words)
        guard hasPassword else {
            return ["A PKCS#12 file under a password. Without it, \(holds) can be seen, and nothing vouches for that."]
        }
        let seal = contents.isAuthenticated ? "The password opens it and its MAC fits." : "The password opens it."
        return ["A PKCS#12 file with \(holds).", seal]
    }

    private var protection: InspectionSection {
        let mac = pfx.macData.map { InspectionField("MAC", $0.name, note: Self.rounds($0.iterations)) }
        let parts = pfx.parts.enumerated().map { index, part in
            InspectionField(
                "Part \(index + 1)", part.protection?.name ?? "in the clear",
                note: part.protection.map { Self.rounds($0.iterations) })
        }
        return InspectionSection("Protection", [mac ?? InspectionField("MAC", "none")] + parts)
    }

    // MARK: - Bags

    private func section(_ bag: SafeBag) -> InspectionSection {
        switch bag.content {
        case .key(let key):
            let description = PrivateKeyDescription(key: key, isUnprotected: bag.keyProtection == nil)
            return InspectionSection("Private key", description.fields + attributes(of: bag))
        case .unsupportedKey(let algorithm):
            let kind = InspectionField("Kind", algorithm.nameOrDotted, note: "not supported here")
            return InspectionSection("Private key", [kind] + attributes(of: bag))
        case .lockedKey:
            let kind = InspectionField("Kind", "locked", note: "shows with its password")
            return InspectionSection("Private key", [kind] + attributes(of: bag))
        case .certificate(let certificate):
            let told = CertificateDescription(certificate: certificate, now: now).section("Certificate")
            return InspectionSection(told.title, told.fields + attributes(of: bag), sections: told.sections)
        case .crl(let encoded):
            guard let list = try? CertificateList(parsing: encoded) else {
                return InspectionSection("CRL", [InspectionField("Contents", "unreadable")])
            }
            return RevocationListDescription(list: list, now: now).report.section("CRL")
        case .secret(let type, _):
            return InspectionSection("Secret", [InspectionField("Kind", type.nameOrDotted)] + attributes(of: bag))
        case .unknown(let type):
            return InspectionSection("Other bag", [InspectionField("Kind", type.nameOrDotted)] + attributes(of: bag))
        }
    }

    private func attributes(of bag: SafeBag) -> [InspectionField] {
        [
            InspectionField("Friendly name", bag.friendlyName),
            InspectionField("Local key ID", bag.localKeyID.map { Printable.colons($0) }),
            InspectionField("Windows provider", bag.cspName),
            InspectionField("Windows key store", bag.isMachineKey ? "the machine's" : nil),
            InspectionField("Trusted by Java", bag.isTrustedByJava ? "yes" : nil),
            InspectionField(
                "Encryption", bag.keyProtection?.name, note: bag.keyProtection.map { Self.rounds($0.iterations) }),
        ].compactMap { $0 }
    }

    private static func rounds(_ number: Int) -> String { Printable.count(number, "iteration") }

    // MARK: - Findings

    private var findings: [InspectionFinding] {
        protectionFindings + keyFindings + certificateFindings
            + InspectionFinding.notShown(contents.bags.count - InspectionLimits.bags, "bag")
    }

    private var schemes: [PasswordBasedEncryption] {
        pfx.parts.compactMap(\.protection) + contents.bags.compactMap(\.keyProtection)
    }

    private var protectionFindings: [InspectionFinding] {
        var findings: [InspectionFinding] = []
        for name in Set(schemes.filter(\.isLegacy).map(\.name)) {
            let isBroken = schemes.contains { $0.name == name && $0.isBroken }
            findings.append(
                InspectionFinding(
                    .warning, .pfxLegacy,
                    isBroken
                        ? "\(name) is broken: its key is found by trying all there are, whatever the password."
                        : "\(name) is old and weak; write the file again with AES where its readers allow it."))
        }
        guard let mac = pfx.macData else {
            return findings + [
                InspectionFinding(.warning, .pfxUnauthenticated, "It has no MAC, so a change to it would not show.")
            ]
        }
        if mac.digest == .md5 {
            findings.append(InspectionFinding(.warning, .pfxLegacy, "The MAC is made with MD5, which is broken."))
        }
        let rounds = (schemes.map(\.iterations) + [mac.iterations]).min() ?? mac.iterations
        if rounds < InspectionLimits.iterations {
            findings.append(
                InspectionFinding(
                    rounds < 1000 ? .warning : .note, .pfxFewIterations,
                    "The password is stretched by \(Self.rounds(rounds)) only; a short one is soon found."))
        }
        return findings
    }

    private var keyFindings: [InspectionFinding] {
        var findings: [InspectionFinding] = []
        guard hasPassword else {
            return [
                InspectionFinding(.note, .pfxPasswordNeeded, "A password is needed to see everything: --password-file.")
            ]
        }
        let owned = Set(contents.certificates.map(\.certificate.subjectPublicKeyInfo))
        for (key, bag) in contents.keys {
            if bag.keyProtection == nil, pfx.parts[safely: bag.part]?.protection == nil {
                findings.append(
                    InspectionFinding(.warning, .keyUnprotected, "A private key in it is not protected by a password."))
            }
            if let own = try? key.material.publicKey(), !owned.contains(where: { $0.publicKey == own }) {
                findings.append(
                    InspectionFinding(
                        .warning, .pfxKeyWithoutCertificate,
                        "The private key\(Self.named(bag)) has no certificate in the file."))
            }
        }
        for bag in contents.bags where bag.isLocked {
            findings.append(
                InspectionFinding(
                    .warning, .pfxKeyLocked, "The private key\(Self.named(bag)) does not open with this password."))
        }
        return findings
    }

    private static func named(_ bag: SafeBag) -> String { bag.friendlyName.map { " '\($0)'" } ?? "" }

    private var certificateFindings: [InspectionFinding] {
        contents.certificates.prefix(InspectionLimits.certificates).enumerated().flatMap { index, found in
            CertificateDescription(certificate: found.certificate, now: now).report.findings
                .map { $0.about("Certificate \(index + 1)") }
        }
    }
}

extension SafeBag {
    fileprivate var isKey: Bool {
        switch content {
        case .key, .unsupportedKey, .lockedKey: true
        default: false
        }
    }

    fileprivate var isLocked: Bool {
        if case .lockedKey = content { true } else { false }
    }

    fileprivate var isOther: Bool {
        switch content {
        case .secret, .unknown: true
        default: false
        }
    }
}

extension Array {
    fileprivate subscript(safely index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
