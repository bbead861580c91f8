// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SealwrightCommandLine
import SealwrightServer

/// `sealwright certificate revoke`: takes certificates away, one by one or all that a device holds.
struct CertificateRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Revoke certificates.",
        discussion: """
            Reasons: unspecified, keyCompromise, cACompromise, affiliationChanged, superseded, \
            cessationOfOperation, certificateHold (may be released), privilegeWithdrawn, aACompromise. OCSP tells it \
            at once, the CRL within a minute.

              sealwright certificate revoke 4d0a…91 --reason keyCompromise --yes
              sealwright certificate revoke --device d_01JD… --reason keyCompromise
            """)

    @Argument(help: "Serial numbers, hexadecimal, with or without colons.")
    var serials: [String] = []

    @Option(
        name: .long, help: "Instead, all that this device holds and that has not ended, renewed and held ones too.")
    var device: String?

    @Option(name: .long, help: "Why, in RFC 5280's spelling.")
    var reason = "unspecified"

    @Option(name: .long, help: "Since when the key is bad, RFC 3339 in UTC.")
    var invalidityDate: String?

    @Flag(name: .long, help: "Also the server's own certificates.")
    var force = false

    @Flag(name: .long, help: "Do not ask.")
    var yes = false

    @OptionGroup var server: ServerOptions

    func validate() throws {
        guard serials.isEmpty == (device != nil) else {
            throw ValidationError("give either serial numbers, or a device with --device")
        }
    }

    func run() async throws {
        let client = try server.client()
        let chosen = try await choose(client)
        var revoked: [CertificateDocument] = []
        do {
            for serial in chosen { try await revoke(serial, &revoked, client) }
        } catch {
            // What was done before stays done, so it is told.
            if server.json, !revoked.isEmpty { Terminal.result(document(revoked)) }
            throw error
        }
        await client.noteKeysAway(of: revoked)
        if server.json { return Terminal.result(document(revoked)) }
        if revoked.isEmpty { Terminal.result("The device holds nothing that could be revoked.") }
    }

    /// The serial numbers, after a question where somebody can be asked.
    private func choose(_ client: AdministrationClient) async throws(CommandFailure) -> [String] {
        let asks = !yes && Confirmation.canAsk
        guard let device else {
            guard asks else { return serials }
            for serial in serials {
                let found: CertificateDocument = try await client.get(
                    "certificates/" + AdministrationClient.escape(serial))
                try Confirmation.ask("Revoke \(Table.printable(found.subject)), serial \(found.serial)?")
            }
            return serials
        }
        let known: DeviceDocument = try await client.get("devices/" + AdministrationClient.escape(device))
        let held = try await client.certificatesInForce(of: known.id).filter { certificate in
            reason != "certificateHold" || certificate.status != "on-hold"
        }
        if asks, !held.isEmpty {
            let count = held.count == 1 ? "the certificate" : "all \(held.count) certificates"
            try Confirmation.ask("Revoke \(count) of \(Table.printable(known.name))?")
        }
        return held.map(\.serial)
    }

    private struct Wish: Encodable {
        let reason: String
        let invalidityDate: String?
        let force: Bool
    }

    private func revoke(
        _ serial: String, _ revoked: inout [CertificateDocument], _ client: AdministrationClient
    ) async throws(CommandFailure) {
        do throws(CommandFailure) {
            let done: CertificateDocument = try await client.post(
                "certificates/\(AdministrationClient.escape(serial))/revoke",
                Wish(reason: reason, invalidityDate: invalidityDate, force: force))
            revoked.append(done)
            guard !server.json else { return }
            Terminal.result("revoked \(done.serial) (\(Table.printable(done.subject)))")
        } catch {
            // Somebody else was faster; of a device all that counts is that nothing stays good.
            guard device != nil, error.code == "revocation.already-revoked" else { throw error }
        }
    }

    /// One certificate that was named alone is told alone.
    private func document(_ revoked: [CertificateDocument]) -> String {
        if serials.count == 1, let only = revoked.first { return JSONText.of(only) }
        return JSONText.of(ListDocument(items: revoked, next: nil))
    }
}

extension AdministrationClient {
    /// Says where no CRL can tell what just happened to certificates, because the issuer's key is not on the server's
    /// machine.
    func noteKeysAway(of certificates: [CertificateDocument]) async {
        for id in Set(certificates.map(\.authority)).sorted() {
            let path = "authorities/" + Self.escape(id)
            let issuer: AuthorityDocument? = try? await get(path)
            guard let issuer, !issuer.isKeyHere else { continue }
            Terminal.error(
                "sealwright: note: no CRL tells it yet, since the key of \(Table.printable(issuer.name)) is not "
                    + "here: 'sealwright ca root restore' brings it back, and the CRL follows [crl.key-needed]")
        }
    }

    /// All certificates of a device with which it can still be somebody: valid ones, those that were renewed and have
    /// not ended, and those on hold.
    func certificatesInForce(of device: String) async throws(CommandFailure) -> [CertificateDocument] {
        let all: ListDocument<CertificateDocument> = try await list("certificates", [("device", device)])
        return all.items.filter { $0.status != "revoked" && $0.status != "expired" }
    }
}
