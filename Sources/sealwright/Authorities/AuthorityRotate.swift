// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import PKIFormats
import SCEP
import SealwrightCommandLine
import SealwrightServer

/// `sealwright ca rotate`: the next issuing authority, in two steps.
struct AuthorityRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Stage a new issuing authority, then switch to it.",
        discussion: """
            First --stage: the new authority exists and GetNextCACert tells it to devices, but it issues nothing. When \
            devices had time to fetch it, 'ca rotate' lets it issue; the one before goes on publishing its CRL and OCSP. \
            --discard gives the staged one up instead; its CRL and OCSP go on for devices that asked it already.

              sealwright ca rotate --stage
              sealwright ca rotate --yes
              sealwright ca rotate --discard
            """)

    @Flag(name: .long, help: "Make the successor, and do not switch yet.")
    var stage = false

    @Flag(name: .long, help: "Give the staged successor up, so that another can be staged.")
    var discard = false

    @Option(name: .long, help: "With --stage, the successor's key, such as rsa-3072; else the present one's type.")
    var key: String?

    @Flag(name: .long, help: "Switch although managed devices do not trust the root of the staged authority.")
    var acceptStranding = false

    @Flag(name: .long, help: "Do not ask.")
    var yes = false

    @OptionGroup var server: ServerOptions

    private struct Switch: Encodable {
        let strandingIsAccepted: Bool
    }

    private struct Stage: Encodable {
        let key: String?
    }

    func validate() throws {
        guard key == nil || stage else { throw ValidationError("--key goes with --stage") }
        guard !stage || !discard else { throw ValidationError("choose one of --stage and --discard") }
    }

    func run() async throws {
        let client = try server.client()
        if stage {
            let made: AuthorityDocument = try await client.post("authorities/successor", Stage(key: key))
            tell(made, "staged; switch with 'sealwright ca rotate'")
            try await tellOtherRoot(made, client)
        } else if discard {
            try await giveUp(client)
        } else {
            if !yes, Confirmation.canAsk {
                try Confirmation.ask("Let the staged authority issue from now on?")
            }
            let active: AuthorityDocument = try await client.post(
                "authorities/rotate", Switch(strandingIsAccepted: acceptStranding))
            tell(active, "issues now")
        }
    }

    private struct Discarded: Encodable { let discarded: String }

    private func giveUp(_ client: AdministrationClient) async throws(CommandFailure) {
        let all: ListDocument<AuthorityDocument> = try await client.get("authorities")
        let staged = all.items.first { $0.role == "staged" }
        if !yes, Confirmation.canAsk, let staged {
            try Confirmation.ask("Give up \(Table.printable(staged.name))?")
        }
        // Where none is staged the server says so.
        try await client.delete("authorities/successor")
        guard let staged else { return }
        guard !server.json else { return Terminal.result(JSONText.of(Discarded(discarded: staged.id))) }
        tell(staged, "is given up; its CRL and OCSP go on")
    }

    /// Says when devices that trust the present root will not trust the successor: the root of an imported authority
    /// signs nothing here, so that the own one does.
    private func tellOtherRoot(
        _ made: AuthorityDocument, _ client: AdministrationClient
    ) async throws(CommandFailure) {
        let before = try await client.authority(nil).certificate.issuer
        let after = try made.certificate.issuer
        guard !before.matches(after) else { return }
        Terminal.error(
            "sealwright: note: it is signed by \(Table.printable(after.rfc4514)) and not by "
                + "\(Table.printable(before.rfc4514)): give devices that root before the switch, or bring a successor "
                + "from there with 'sealwright ca csr create' and 'ca import'")
    }

    private func tell(_ authority: AuthorityDocument, _ what: String) {
        guard !server.json else { return Terminal.result(JSONText.of(authority)) }
        Terminal.result("\(Table.printable(authority.name)) (\(authority.id)) \(what)")
    }
}

/// `sealwright ca import`: an issuing authority that was made elsewhere.
struct AuthorityImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract:
            "Take in an issuing authority under a root that is kept elsewhere: with its key, or as a request's answer.",
        discussion: """
            Without --activate it is staged as the successor. It gets a SCEP RA, OCSP signer and CRL of its own. \
            Without --key it is the answer to a request that 'sealwright ca csr' made. What an authority with its key \
            revoked elsewhere stays revoked when --crl brings its last CRL; else the CRL from here does not list it.

              sealwright ca import --certificate answer.p7b --activate
              sealwright ca import --certificate issuing.pfx --password-file p --activate
              sealwright ca import --certificate issuing.pem --chain root.pem \\
                  --key issuing.key --password-file p --activate
              sealwright ca import --certificate issuing.pfx --password-file p \\
                  --crl issuing.crl --activate
            """)

    @Option(
        name: .long, help: "The authority's certificate: PEM, DER, a PKCS#7 with its chain, or a PFX with its key too.")
    var certificate: String

    @Option(name: .long, help: "The certificates above it: PEM, DER or PKCS#7.")
    var chain: String?

    @Option(name: .long, help: "Its private key, PEM, PKCS#8; not for the answer to a request.")
    var key: String?

    @Option(name: .long, help: "A file with the password of the key or the PFX; - for standard input.")
    var passwordFile: String?

    @Option(name: .long, help: "Its last whole CRL from where it was before, PEM or DER.")
    var crl: String?

    @Flag(name: .long, help: "Let it issue at once.")
    var activate = false

    @Flag(name: .long, help: "With --activate, although managed devices do not trust its root.")
    var acceptStranding = false

    @OptionGroup var server: ServerOptions

    private struct Wish: Encodable {
        let certificates: String
        let key: String?
        let password: String?
        let crl: String?
        let activate: Bool
        let strandingIsAccepted: Bool
    }

    func run() async throws {
        let password = try passwordFile.map { path throws(CommandFailure) in try Password.read(path) }
        if let wish = try pfxWish(password) { return try await take(wish) }
        let files = [certificate, chain].compactMap { $0 }
        let certificates = try files.flatMap { path throws(CommandFailure) in try Self.certificates(path) }
        try await take(
            Wish(
                certificates: certificates.map { PEM.encode($0.encoded, label: "CERTIFICATE") }.joined(),
                key: try key.map { path throws(CommandFailure) in
                    String(decoding: try InputFile.read(path, limit: 1 << 20), as: UTF8.self)
                }, password: password, crl: try revocationList(), activate: activate,
                strandingIsAccepted: acceptStranding))
    }

    /// A PFX is opened here: the server is given what it holds.
    private func pfxWish(_ password: String?) throws(CommandFailure) -> Wish? {
        guard self.key == nil, certificate != "-" else { return nil }
        let octets = try InputFile.read(certificate, limit: PKCS12Limits.octets)
        guard PFX.isLikely(octets) else { return nil }
        let bundle = try BundleFile.read(octets, named: certificate, password: password.map { Array($0.utf8) })
        guard let key = bundle.privateKey else {
            throw CommandFailure(
                .bad, code: "cli.key-missing", "\(certificate) holds no private key that could be opened")
        }
        let others = try chain.map { path throws(CommandFailure) in try Self.certificates(path) } ?? []
        let certificates = [bundle.certificate] + bundle.chain + others.filter { !bundle.chain.contains($0) }
        return Wish(
            certificates: certificates.map { PEM.encode($0.encoded, label: "CERTIFICATE") }.joined(),
            key: PEM.encode(key.derBytes, label: "PRIVATE KEY"), password: nil, crl: try revocationList(),
            activate: activate, strandingIsAccepted: acceptStranding)
    }

    private func take(_ wish: Wish) async throws {
        let made: AuthorityDocument = try await server.client().post("authorities/import", wish)
        if wish.key != nil {
            Terminal.error(
                wish.crl == nil
                    ? "sealwright: note: what it certified or revoked elsewhere is not known here: "
                        + "its CRL does not list that, and OCSP says 'unknown'; --crl brings its revocations"
                    : "sealwright: note: what it certified elsewhere and did not revoke is not known here: "
                        + "OCSP says 'unknown'")
        }
        let what = activate ? "issues now" : "is staged; switch with 'sealwright ca rotate'"
        Terminal.result(server.json ? JSONText.of(made) : "\(Table.printable(made.name)) (\(made.id)) \(what)")
    }

    private func revocationList() throws(CommandFailure) -> String? {
        guard let crl else { return nil }
        let octets = try InputFile.read(crl, limit: Self.largestCRL)
        let pem = (try? PEM.decode(octets))?.first { $0.label == "X509 CRL" }
        return PEM.encode(pem?.der ?? octets, label: "X509 CRL")
    }

    /// Octets; in PEM it is about what the API takes in one body.
    private static let largestCRL = 5 << 20

    private static func certificates(_ path: String) throws(CommandFailure) -> [CertificateView] {
        let octets = try InputFile.read(path, limit: 1 << 20)
        do { return try CACertificates(parsing: octets).certificates } catch {
            throw CommandFailure(
                .bad, code: "cli.not-a-certificate", "\(path) holds no certificate in PEM, DER or PKCS#7",
                hint: "'sealwright inspect \(path)' shows what it is")
        }
    }
}
