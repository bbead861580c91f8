// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CryptoProvider
import PKIFormats
import SCEP
import SealwrightCommandLine

/// What GetCert and GetCRL need: a certificate of ours and its key.
struct SCEPIdentity: ParsableArguments {
    @Option(name: .long, help: "Your certificate.")
    var cert: String

    @Option(name: .long, help: "Its key.")
    var key: String

    @Option(name: [.long, .customShort("o")], help: "The file to write.")
    var out: String?

    func perform(
        _ target: SCEPTarget,
        _ make: (CertificateView, ClientIdentity, CACertificates, ClientSettings) throws(SCEPError) -> ClientTransaction
    ) async throws {
        let certificate = try LocalFile.certificate(cert)
        let identity = try LocalKey.read(key)
        let connection = try target.connection()
        let capabilities = try await connection.capabilities()
        let authority = try await connection.certificates(trusting: target.trust)
        do {
            let settings = try ClientSettings(capabilities: capabilities, allowingLegacy: target.allowLegacy)
            let transaction = try make(
                certificate, ClientIdentity(certificate: certificate, key: SCEPExchange.identityKey), authority,
                settings)
            let outcome = try await SCEPExchange(
                connection: connection, usesPost: capabilities.usesPost, keys: [SCEPExchange.identityKey: identity],
                stateFile: nil, waits: false
            ).run(transaction)
            try tell(outcome, json: target.json)
        } catch let error as SCEPError {
            throw CommandFailure(scep: error)
        }
    }

    private func tell(_ outcome: ClientOutcome, json: Bool) throws(CommandFailure) {
        let fetched =
            switch outcome {
            case .certificate(let der, _): SCEPFetched(certificate: PEM.encode(der, label: "CERTIFICATE"))
            case .crl(let der): SCEPFetched(crl: PEM.encode(der, label: "X509 CRL"))
            }
        let text = fetched.certificate ?? fetched.crl ?? ""
        if out != nil || !json { try OutputFile.write(Array(text.utf8), to: out) }
        if json { Terminal.result(JSONText.of(fetched)) }
    }
}

/// What was fetched, for programs; the other member is absent.
private struct SCEPFetched: Encodable {
    /// PEM.
    var certificate: String?
    var crl: String?
}

/// `sealwright scep getcert`: a certificate again, by its serial number.
struct SCEPGetCert: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "getcert",
        abstract: "Fetch one of your certificates by serial number.",
        discussion: "  sealwright scep getcert --url URL --cert me.pem --key me.key --serial 4d0a…91")

    @OptionGroup var target: SCEPTarget
    @OptionGroup var identity: SCEPIdentity

    @Option(name: .long, help: "The serial number, hexadecimal; your certificate's own without it.")
    var serial: String?

    func run() async throws {
        let wanted = try serial.map { text throws(CommandFailure) in
            guard let number = SerialNumber(hex: text) else {
                throw CommandFailure(.usage, code: "cli.serial", "--serial: '\(text)' is not a hexadecimal number")
            }
            return number
        }
        try await identity.perform(target) { certificate, identity, authority, settings throws(SCEPError) in
            try ClientTransaction(
                getCert: IssuerAndSerialNumber(
                    issuer: certificate.issuer, serialNumber: wanted ?? certificate.serialNumber),
                identity: identity, authority: authority, settings: settings)
        }
    }
}

/// `sealwright scep getcrl`: the CRL that covers a certificate.
struct SCEPGetCRL: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "getcrl",
        abstract: "Fetch the CRL that covers your certificate.",
        discussion: "  sealwright scep getcrl --url URL --cert me.pem --key me.key --out ca.crl")

    @OptionGroup var target: SCEPTarget
    @OptionGroup var identity: SCEPIdentity

    func run() async throws {
        try await identity.perform(target) { certificate, identity, authority, settings throws(SCEPError) in
            try ClientTransaction(
                getCRL: IssuerAndSerialNumber(certificate), identity: identity, authority: authority,
                settings: settings)
        }
    }
}
