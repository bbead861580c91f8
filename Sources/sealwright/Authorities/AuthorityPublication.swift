// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import PKIFormats
import SealwrightCommandLine
import SealwrightServer

/// `sealwright ca crl`: the newest CRL of an authority, or a fresh one.
struct AuthorityCRL: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crl",
        abstract: "Fetch an authority's CRL, or publish a new one now.",
        discussion: """
              sealwright ca crl issuing --publish
              sealwright ca crl --out issuing.crl
            """)

    @Argument(help: "The identifier that 'ca list' shows; the active issuing authority without it.")
    var id: String?

    @Flag(name: .long, help: "Sign and publish a new CRL first.")
    var publish = false

    @Option(name: [.long, .customShort("o")], help: "The file to write the CRL to, DER.")
    var out: String?

    @OptionGroup var server: ServerOptions

    private struct Result: Encodable {
        let authority: String
        let number: Int64?
        let thisUpdate: String?
        let nextUpdate: String?
        let entries: Int
        let bytes: Int
    }

    func run() async throws {
        let client = try server.client()
        var authority = try await client.authority(id)
        if publish {
            authority = try await client.post(
                "authorities/\(AdministrationClient.escape(authority.id))/crl", [String: String]())
        }
        let der = try await client.file("/crl/\(authority.id).crl")
        if let out { try OutputFile.write(der, to: out) }
        guard let list = try? CertificateList(parsing: der[...]) else {
            throw CommandFailure(.bad, code: "cli.crl-unreadable", "the CRL of \(authority.id) cannot be read")
        }
        let result = Result(
            authority: authority.id, number: authority.crlNumber, thisUpdate: list.thisUpdate?.iso8601,
            nextUpdate: list.nextUpdate?.iso8601, entries: list.entries.reduce(0) { count, _ in count + 1 },
            bytes: der.count)
        guard !server.json else { return Terminal.result(JSONText.of(result)) }
        Terminal.result(
            "CRL number \(result.number.map(String.init) ?? "?") of \(authority.id): \(result.entries) revoked, valid "
                + "\(result.thisUpdate ?? "?") to \(result.nextUpdate ?? "?"), \(result.bytes) bytes")
    }
}

/// `sealwright ca ocsp`: what the server's own responder says about a certificate.
struct AuthorityOCSP: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ocsp",
        abstract: "Ask this server's OCSP responder about a certificate.",
        discussion: """
            The answer's signature is checked. Exit status 0 for good, 1 for revoked or unknown.

              sealwright ca ocsp 4d0a…91
            """)

    @Argument(help: "The serial number, hexadecimal, with or without colons.")
    var serial: String

    @Option(name: .long, help: "The issuing authority; the one that issued the certificate without it.")
    var authority: String?

    @OptionGroup var server: ServerOptions

    private struct Result: Encodable {
        let serial: String
        let status: String
        let revokedAt: String?
        let reason: String?
        let thisUpdate: String
        let nextUpdate: String?
        let signer: String
    }

    func run() async throws {
        guard let number = SerialNumber(hex: serial) else {
            throw CommandFailure(.usage, code: "cli.serial", "'\(serial)' is not a hexadecimal number")
        }
        let client = try server.client()
        let issuer = try await client.authority(try await issuerID(client, number))
        let result = try await ask(client, issuer, number)
        Terminal.result(server.json ? JSONText.of(result) : Self.text(result))
        if result.status != "good" { ExitStatus.bad.exit() }
    }

    /// Who issued a certificate; a serial nobody knows is asked of the active authority.
    private func issuerID(
        _ client: AdministrationClient, _ number: SerialNumber
    ) async throws(CommandFailure) -> String? {
        if let authority { return authority }
        do {
            let found: CertificateDocument = try await client.get("certificates/" + number.hex)
            return found.authority
        } catch {
            guard error.status == .notFound else { throw error }
            return nil
        }
    }

    private func ask(
        _ client: AdministrationClient, _ issuer: AuthorityDocument, _ number: SerialNumber
    ) async throws(CommandFailure) -> Result {
        let certificate = try issuer.certificate
        let name = CertID.make(
            issuerName: certificate.subject, issuerKeyBits: certificate.subjectPublicKeyInfo.keyBits,
            serialNumber: number)
        let body = try await client.post(
            OCSPRequest(certIDs: [name]).derBytes, "application/ocsp-request",
            to: "/ocsp/" + AdministrationClient.escape(issuer.id))
        do {
            let response = try OCSPResponse(parsing: body)
            guard let basic = response.basicResponse,
                let answer = basic.responseData.responses.first(where: { $0.certID == name })
            else {
                throw CommandFailure(
                    .unavailable, code: "cli.ocsp-refused", "the responder answered '\(response.status)'")
            }
            let now = Timestamp.current
            let signer = try basic.verify(issuer: certificate, at: now)
            return Self.result(answer, signer: signer.subject.rfc4514)
        } catch let error as FormatError {
            throw CommandFailure(.bad, code: error.code, "the OCSP answer is not good: \(error)")
        } catch {
            throw CommandFailure.wrapping(error)
        }
    }

    private static func result(_ answer: SingleResponse, signer: String) -> Result {
        var status = "good"
        var revokedAt: String?
        var reason: String?
        switch answer.certStatus {
        case .good: break
        case .unknown: status = "unknown"
        case .revoked(let at, let why):
            status = "revoked"
            revokedAt = at.iso8601
            reason = (why ?? .unspecified).name
        }
        return Result(
            serial: answer.certID.serialNumber.hex, status: status, revokedAt: revokedAt, reason: reason,
            thisUpdate: answer.thisUpdate.iso8601, nextUpdate: answer.nextUpdate?.iso8601, signer: signer)
    }

    private static func text(_ result: Result) -> String {
        var line = "\(result.serial)  \(result.status)"
        if let at = result.revokedAt { line += " at \(at), \(result.reason ?? "unspecified")" }
        return line + "\n  as of \(result.thisUpdate), signed by \(Table.printable(result.signer))"
    }
}
