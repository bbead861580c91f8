// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import PKIFormats
import SealwrightCommandLine

/// `sealwright pfx extract`: certificate, key and chain out of a PKCS#12.
struct PFXExtract: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extract",
        abstract: "Take certificate, key and chain out of a PKCS#12, as PEM.",
        discussion: """
            The key is written in the clear, readable by you only. Files that exist are not written over without --force.

              sealwright pfx extract host.pfx --password-file host.password --out-dir host
              sealwright pfx extract host.pfx --password-file - --cert-out host.pem \\
                  --key-out host.key < host.password
            """)

    @Argument(help: "The PKCS#12; PEM, DER and PKCS#7 are read too.")
    var file: String

    @Option(
        name: .long, help: "A file with the password; - for standard input. Without one the empty password is tried.")
    var passwordFile: String?

    @Option(name: .long, help: "A folder for cert.pem, key.pem and chain.pem; made when it is not there.")
    var outDir: String?

    @Option(name: .long, help: "The file for the certificate.")
    var certOut: String?

    @Option(name: .long, help: "The file for the private key.")
    var keyOut: String?

    @Option(name: .long, help: "The file for the certificates above it.")
    var chainOut: String?

    @Flag(name: .long, help: "Take a file without MAC, whose changes would not show.")
    var allowUnauthenticated = false

    @Flag(name: .long, help: "Overwrite existing files.")
    var force = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    private struct Summary: Encodable {
        let subject: String
        let serial: String
        let friendlyName: String?
        let certificate: String?
        let key: String?
        let chain: String?
        let chainLength: Int
        let otherKeys: Int
        let otherCertificates: Int
    }

    func validate() throws {
        guard outDir != nil || certOut != nil || keyOut != nil || chainOut != nil else {
            throw ValidationError("say where to: --out-dir, or --cert-out, --key-out, --chain-out")
        }
        if let path = OutputFile.repeated([certificatePath, keyPath, chainPath]) {
            throw ValidationError("\(path) is to take two things; give certificate, key and chain a file each")
        }
    }

    private var certificatePath: String? { certOut ?? outDir.map { "\($0)/cert.pem" } }
    private var keyPath: String? { keyOut ?? outDir.map { "\($0)/key.pem" } }
    private var chainPath: String? { chainOut ?? outDir.map { "\($0)/chain.pem" } }

    func run() async throws {
        let password = try passwordFile.map { path throws(CommandFailure) in try Password.octets(path) }
        let bundle = try BundleFile.read(file, password: password, allowingUnauthenticated: allowUnauthenticated)
        let certificate = certificatePath
        // A file that holds no key at all is taken apart all the same; a key that stays locked is missed.
        let key = bundle.privateKey == nil && !bundle.hasLockedKey && keyOut == nil ? nil : keyPath
        let chain = bundle.chain.isEmpty && chainOut == nil ? nil : chainPath
        for path in [certificate, key, chain].compactMap({ $0 }) { try OutputFile.checkFree(path, force: force) }
        if key != nil, bundle.privateKey == nil { throw noKey(bundle) }
        if let outDir { try FileManager.default.createDirectory(atPath: outDir, withIntermediateDirectories: true) }
        if let key, let info = bundle.privateKey {
            try OutputFile.write(Array(PEM.encode(info.derBytes, label: "PRIVATE KEY").utf8), to: key, isPrivate: true)
        }
        if let certificate { try OutputFile.write(Self.pem([bundle.certificate]), to: certificate) }
        if let chain { try OutputFile.write(Self.pem(bundle.chain), to: chain) }
        tell(bundle, certificate, key, chain)
    }

    private func noKey(_ bundle: CertificateBundle) -> CommandFailure {
        let code = passwordFile == nil ? "format.password-needed" : "format.password-wrong"
        let hint = "without --key-out and --out-dir the certificates alone are taken out"
        return switch (bundle.hasTraditionalKey, bundle.hasLockedKey) {
        case (true, _):
            CommandFailure(
                .bad, code: "format.unsupported-form",
                "the private key in \(file) is in OpenSSL's traditional encrypted PEM, which is not read here",
                hint: BundleFile.rewriting(file))
        case (_, true) where passwordFile == nil:
            CommandFailure(.bad, code: code, "the private key in \(file) needs a password", hint: hint)
        case (_, true):
            CommandFailure(
                .bad, code: code, "the private key in \(file) does not open with this password", hint: hint)
        case (_, false): CommandFailure(.bad, code: "format.missing-field", "\(file) holds no private key")
        }
    }

    private func tell(_ bundle: CertificateBundle, _ certificate: String?, _ key: String?, _ chain: String?) {
        let summary = Summary(
            subject: bundle.certificate.subject.rfc4514, serial: bundle.certificate.serialNumber.hex,
            friendlyName: bundle.friendlyName, certificate: certificate, key: key, chain: chain,
            chainLength: bundle.chain.count, otherKeys: bundle.otherKeyCount,
            otherCertificates: bundle.otherCertificateCount)
        if json { return Terminal.result(JSONText.of(summary)) }
        let written = [certificate, key, chain].compactMap { $0 }.filter { $0 != "-" }.joined(separator: ", ")
        Terminal.error("\(Table.printable(summary.subject)), serial \(summary.serial): \(written)")
        if key == nil, bundle.hasLockedKey { Terminal.error("its private key does not open with this password") }
        if key != nil, !bundle.isKeyMatching { Terminal.error("the key does not belong to the certificate") }
        if let rest = Self.rest(bundle) {
            Terminal.error(
                "the file holds \(rest) more, which were left in it; 'sealwright inspect \(file)' shows them")
        }
    }

    /// What the file holds beside the certificate, its key and its chain.
    private static func rest(_ bundle: CertificateBundle) -> String? {
        let counted = [(bundle.otherKeyCount, "private key"), (bundle.otherCertificateCount, "certificate")]
        let parts = counted.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
        return parts.isEmpty ? nil : parts.joined(separator: " and ")
    }

    private static func pem(_ certificates: [CertificateView]) -> [UInt8] {
        certificates.flatMap { Array(PEM.encode($0.encoded, label: "CERTIFICATE").utf8) }
    }
}
