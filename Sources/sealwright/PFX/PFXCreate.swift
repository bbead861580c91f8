// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import PKIFormats
import SealwrightCommandLine

/// `sealwright pfx create`: a PKCS#12 from files.
struct PFXCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Write a PKCS#12 from a certificate, its key and its chain.",
        discussion: """
            Every form that is read elsewhere is read here: PEM, DER, PKCS#7, PKCS#12. Without --compat the file is for \
            Windows 10, Java 8 and OpenSSL 1.0 or later; with --compat windows-7 for older readers, weakly protected.

              sealwright pfx create --cert host.pem --key host.key --out host.pfx \\
                  --password-file host.password
              sealwright pfx create --cert host.pem --key host.key --chain ca.p7b \\
                  --name "Web server" \\
                  --compat windows-7 --out host.pfx --password-file host.password
            """)

    @Option(name: .long, help: "The certificate, with its chain or without.")
    var cert: String

    @Option(name: .long, help: "The private key; not needed when --cert holds it.")
    var key: String?

    @Option(name: .long, help: "The certificates above it. Repeat for more files.")
    var chain: [String] = []

    @Option(name: .long, help: "The name certificate stores show.")
    var name: String?

    @Option(name: .long, help: "Oldest reader: modern or windows-7.")
    var compat = PFXProfile.modern.rawValue

    @Option(name: .long, help: "A file with the new password, 12 characters or more; - for standard input.")
    var passwordFile: String

    @Option(name: .long, help: "A file with the password of the key, or of a PKCS#12 given as --cert.")
    var keyPasswordFile: String?

    @Option(name: [.long, .customShort("o")], help: "The file to write; - for standard output.")
    var out: String

    @Flag(name: .long, help: "Overwrite an existing file.")
    var force = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    private struct Summary: Encodable {
        let subject: String
        let serial: String
        let friendlyName: String?
        let file: String
        let compat: String
        let chainLength: Int
    }

    func validate() throws {
        guard PFXProfile(rawValue: compat) != nil else { throw ValidationError("--compat is modern or windows-7") }
        guard !json || out != "-" else { throw ValidationError("--json and '--out -' both want standard output") }
    }

    func run() async throws {
        try OutputFile.checkFree(out, force: force)
        let keyPassword = try keyPasswordFile.map { path throws(CommandFailure) in try Password.octets(path) }
        let bundle = try BundleFile.read(cert, password: keyPassword)
        let content = PFXContent(
            certificate: bundle.certificate, key: try privateKey(bundle, password: keyPassword),
            chain: try issuers(bundle), friendlyName: name ?? bundle.friendlyName)
        let octets = try content.write(
            password: try Password.new(from: passwordFile), profile: PFXProfile(rawValue: compat) ?? .modern)
        try OutputFile.write(octets, to: out, isPrivate: true)
        tell(content)
    }

    private func tell(_ content: PFXContent) {
        let summary = Summary(
            subject: content.certificate.subject.rfc4514, serial: content.certificate.serialNumber.hex,
            friendlyName: content.friendlyName, file: out, compat: compat, chainLength: content.chain.count)
        if json { return Terminal.result(JSONText.of(summary)) }
        let above = content.chain.count == 1 ? "1 certificate" : "\(content.chain.count) certificates"
        let place = out == "-" ? "" : ": \(out)"
        Terminal.error("\(Table.printable(summary.subject)), serial \(summary.serial), \(above) above it\(place)")
    }

    private func privateKey(
        _ bundle: CertificateBundle, password: [UInt8]?
    ) throws(CommandFailure) -> PrivateKeyInfo {
        if let key { return try BundleFile.key(key, password: password) }
        if let key = bundle.privateKey { return key }
        if bundle.hasTraditionalKey {
            throw CommandFailure(
                .usage, code: "cli.key-missing",
                "the private key in \(cert) is in OpenSSL's traditional encrypted PEM, which is not read here",
                hint: BundleFile.rewriting(cert))
        }
        throw CommandFailure(
            .usage, code: "cli.key-missing", "\(cert) holds no private key that could be opened",
            hint: bundle.hasLockedKey ? "give its password with --key-password-file" : "give the key's file with --key")
    }

    /// The issuers in --cert and --chain, in order; what does not belong to the certificate stays out.
    private func issuers(_ bundle: CertificateBundle) throws(CommandFailure) -> [CertificateView] {
        var found = bundle.certificates
        for path in chain { found += try BundleFile.read(path, password: nil).certificates }
        return bundle.certificate.issuers(in: found)
    }
}

/// What goes into a PKCS#12 of ours.
struct PFXContent {
    let certificate: CertificateView
    let key: PrivateKeyInfo
    var chain: [CertificateView] = []
    var friendlyName: String?

    func write(password: String, profile: PFXProfile = .modern) throws(CommandFailure) -> [UInt8] {
        do {
            return try PFX.write(
                key: key, certificate: certificate.encoded, chain: chain.map(\.encoded), friendlyName: friendlyName,
                password: Array(password.utf8), profile: profile)
        } catch {
            throw CommandFailure(.bad, code: error.code, "no PKCS#12 can be made of this: \(error)")
        }
    }
}
