// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import SealwrightCommandLine
import SealwrightServer

/// `sealwright windows`: Windows devices under management.
struct WindowsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "windows",
        abstract: "Take Windows devices under management, and give them certificates.",
        subcommands: [Invite.self, Certificate.self, PFX.self, Remove.self, Lint.self])
}

extension WindowsCommand {
    /// A user name and a password for one enrolment.
    struct Invite: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "invite",
            abstract: "Make a password for one enrolment and print what to type into Windows.",
            discussion: """
                In Windows: Settings, Accounts, Access work or school, "Enroll only in device management". The password \
                is good with this user name, used once and lives a day unless you say otherwise; devices must trust the server's root beforehand.

                  sealwright windows invite --user ada@example.org --ttl 2h

                With --json the invitation is a document that 'sealwright-agent enroll --invitation' takes; it carries \
                the trust anchors too.
                """)

        @Option(name: .long, help: "The user's name; the password is good with this name only.")
        var user: String

        @Option(name: .long, help: "How long the password lives: 1h, 30m, 7d.")
        var ttl = "1d"

        @Option(name: .long, help: "How many devices it enrols.")
        var uses = 1

        @OptionGroup var server: ServerOptions

        private struct Wish: Encodable {
            let endpoint: String
            let user: String
            let ttl: String
            let uses: Int
        }

        private struct Invitation: Encodable {
            let server: String
            let user: String
            let password: String
            let link: String
            /// What the device must trust to come to the server, PEM.
            let trustAnchors: String
            let expiresAt: String
        }

        func validate() throws {
            guard user.contains(where: { !$0.isWhitespace }) else { throw ValidationError("--user names nobody") }
        }

        func run() async throws {
            let made: ChallengeDocument = try await server.client().post(
                "challenges",
                Wish(endpoint: ServerConfiguration.windowsEndpoint, user: user, ttl: ttl, uses: uses))
            let address = made.url ?? ""
            let invitation = Invitation(
                server: address, user: user, password: made.challenge ?? "", link: link(to: address),
                trustAnchors: made.trustAnchors ?? "", expiresAt: made.expiresAt)
            guard !server.json else { return Terminal.result(JSONText.of(invitation)) }
            Terminal.result(
                """
                server    \(invitation.server)
                user      \(invitation.user)
                password  \(invitation.password)
                link      \(invitation.link)
                """)
        }

        /// The address that opens the enrolment in Windows by itself.
        private func link(to address: String) -> String {
            var link = URLComponents()
            link.scheme = "ms-device-enrollment"
            link.queryItems = [
                URLQueryItem(name: "mode", value: "mdm"), URLQueryItem(name: "username", value: user),
                URLQueryItem(name: "servername", value: address),
            ]
            // Readers of forms take a plus for a space, and names with one are common.
            link.percentEncodedQuery = link.percentEncodedQuery?.replacing("+", with: "%2B")
            return link.string ?? ""
        }
    }
}
