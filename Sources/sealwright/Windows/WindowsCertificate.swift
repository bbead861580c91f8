// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import PKIFormats
import SealwrightCommandLine
import SealwrightServer

extension WindowsCommand {
    /// `windows certificate`: lets a managed device enrol for a certificate.
    struct Certificate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "certificate",
            abstract: "Let a managed device enrol for a certificate by SCEP.",
            discussion: """
                The device learns it when it comes next; 'device certificates' shows how far it is. The same name later \
                orders the next generation, and the server does so by itself before the certificate ends.

                  sealwright windows certificate d_01JD… --name wifi \\
                      --subject CN=laptop-7,O=Example
                  sealwright windows certificate d_01JD… --name mail --scope user \\
                      --subject CN=Ada --san email:ada@example.org
                """)

        @Argument(help: "The device.")
        var id: String

        @Option(name: .long, help: "The name of the certificate on the device; its UniqueID.")
        var name: String?

        @Option(name: .long, help: "The subject; the device's name without it.")
        var subject: String?

        @Option(name: .long, help: "A further name: DNS:…, email:…, UPN:…, IP:… or URI:…. Repeat for more.")
        var san: [String] = []

        @Option(name: .long, help: "device or user.")
        var scope = "device"

        @Option(name: .long, help: "The SCEP endpoint.")
        var endpoint: String?

        @Option(name: .long, help: "Bits of the RSA key.")
        var keyLength = 2048

        @Option(name: .long, help: "Where the key is kept: tpm, tpm-if-present or software.")
        var keyProtection = "tpm-if-present"

        @Option(name: .long, help: "How long the device has to enrol.")
        var ttl = "7d"

        @OptionGroup var server: ServerOptions

        private struct Wish: Encodable {
            let uniqueID: String?
            let scope: String
            let subject: String?
            let names: [String]?
            let endpoint: String?
            let keyLength: Int
            let keyProtection: String
            let ttl: String
        }

        func run() async throws {
            let made: InstallationDocument = try await server.client().post(
                "devices/\(AdministrationClient.escape(id))/certificates",
                Wish(
                    uniqueID: name, scope: scope, subject: subject, names: san.isEmpty ? nil : san,
                    endpoint: endpoint, keyLength: keyLength, keyProtection: keyProtection, ttl: ttl))
            Terminal.result(server.json ? JSONText.of(made) : made.summary)
        }
    }

    /// `windows pfx`: sends a certificate with its key.
    struct PFX: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "pfx",
            abstract: "Send a managed device a certificate with its key.",
            discussion: """
                File and password wait sealed until the device has them, and are erased then.

                  sealwright windows pfx d_01JD… mail.pfx --password-file mail.password
                """)

        @Argument(help: "The device.")
        var id: String

        @Argument(help: "A PKCS#12 file.")
        var file: String

        @Option(name: .long, help: "A file with the password; none without it.")
        var passwordFile: String?

        @Option(name: .long, help: "The name of the certificate on the device; its thumbprint without one.")
        var name: String?

        @Option(name: .long, help: "device or user.")
        var scope = "device"

        @Flag(name: .long, help: "Let the device's user export the key.")
        var exportable = false

        @OptionGroup var server: ServerOptions

        private struct Wish: Encodable {
            let uniqueID: String?
            let scope: String
            let pfx: String
            let password: String?
            let exportable: Bool
        }

        func run() async throws {
            let octets = try InputFile.read(file, limit: 512 << 10)
            let made: InstallationDocument = try await server.client().post(
                "devices/\(AdministrationClient.escape(id))/certificates",
                Wish(
                    uniqueID: name, scope: scope, pfx: Base64.encode(octets),
                    password: try passwordFile.map { try Password.read($0) }, exportable: exportable))
            Terminal.result(server.json ? JSONText.of(made) : made.summary)
        }
    }
}

extension InstallationDocument {
    fileprivate var summary: String {
        "\(Table.printable(uniqueID)), generation \(generation), \(Table.printable(subject)): \(stage)"
    }
}
