// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CryptoProvider
import PKIFormats
import SealwrightCommandLine

/// `--pfx-out` of commands that make a key and get a certificate for it.
struct PFXOutOptions: ParsableArguments {
    @Option(name: .long, help: "Also write key, certificate and chain as PKCS#12 to this file.")
    var pfxOut: String?

    @Option(name: .long, help: "A file with the password for --pfx-out, 12 characters or more; - for standard input.")
    var passwordFile: String?

    @Option(name: .long, help: "Oldest reader of --pfx-out: modern or windows-7.")
    var pfxCompat = PFXProfile.modern.rawValue

    func validate() throws {
        guard (pfxOut == nil) == (passwordFile == nil) else {
            throw ValidationError("--pfx-out and --password-file belong together")
        }
        guard PFXProfile(rawValue: pfxCompat) != nil else {
            throw ValidationError("--pfx-compat is modern or windows-7")
        }
    }

    /// The password, read before anything is asked of a server, so that nothing is issued in vain.
    func password(force: Bool) throws(CommandFailure) -> String? {
        guard let pfxOut, let passwordFile else { return nil }
        try OutputFile.checkFree(pfxOut, force: force)
        return try Password.new(from: passwordFile)
    }

    /// Writes the file when it was asked for.
    func write(
        _ certificate: [UInt8], key: LocalKey, issuers: [CertificateView], password: String?
    ) throws(CommandFailure) {
        guard let pfxOut, let password else { return }
        do {
            let view = try CertificateView(parsing: certificate)
            let content = PFXContent(
                certificate: view, key: PrivateKeyInfo(try key.key.material()), chain: view.issuers(in: issuers))
            let octets = try content.write(password: password, profile: PFXProfile(rawValue: pfxCompat) ?? .modern)
            try OutputFile.write(octets, to: pfxOut, isPrivate: true)
        } catch {
            throw CommandFailure.wrapping(error)
        }
    }

    /// Writes the file from a PEM text that holds the certificate and its issuers.
    func write(_ key: LocalKey, chain: [UInt8], password: String?) throws(CommandFailure) {
        do {
            let bundle = try CertificateBundle(reading: chain)
            try write(bundle.certificate.encoded, key: key, issuers: bundle.certificates, password: password)
        } catch {
            throw CommandFailure.wrapping(error)
        }
    }
}
