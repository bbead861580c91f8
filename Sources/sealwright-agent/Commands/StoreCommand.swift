// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import PKIFormats
import SealwrightAgent
import SealwrightCommandLine

/// `sealwright-agent store`: the certificate stores.
struct StoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "Look into the certificate stores of this device and change them.",
        discussion: """
            The stores are my, root, ca, trusted, crl and untrusted, for the device and for each user.

              sealwright-agent store list
              sealwright-agent store import root.pem --store root
            """,
        subcommands: [List.self, Show.self, Import.self, Export.self, Delete.self])
}

/// Whose stores or containers are meant.
struct ScopeOptions: ParsableArguments {
    @Option(name: .long, help: "What belongs to this user instead of the device.")
    var user: String?

    var scope: ManagementScope { user.map { .user($0) } ?? .device }

    func validate() throws { try Self.check(user) }

    /// States that a user can have a folder.
    static func check(_ user: String?) throws {
        guard let user, !ManagementScope.user(user).canHaveFolder else { return }
        throw ValidationError(
            "--user: the name is too long; the name of its folder, with octets beyond ASCII letters and digits as %XX, "
                + "would have more than 255 octets")
    }
}

/// One certificate or CRL of a store.
struct StoreItem: Encodable {
    let scope: String
    let store: String
    let thumbprint: String
    let subject: String
    let issuer: String?
    let notBefore: String?
    let notAfter: String?
    let hasKey: Bool
    let isKeyExportable: Bool
    let container: String?
    let owners: [String]

    init(_ reference: StoreReference, _ entry: CertificateStore.Entry) {
        scope = reference.location.scope.label
        store = reference.location.name.rawValue
        thumbprint = reference.thumbprint.text
        let certificate = try? CertificateView(parsing: entry.encoded.octets)
        let list = certificate == nil ? try? CertificateList(parsing: entry.encoded.octets) : nil
        subject = certificate?.subject.rfc4514 ?? list.map { "CRL of \($0.issuer.rfc4514)" } ?? "unreadable"
        issuer = certificate?.issuer.rfc4514
        notBefore = certificate?.notBefore?.iso8601
        notAfter = certificate?.notAfter?.iso8601
        hasKey = entry.hasKey
        isKeyExportable = entry.isKeyExportable
        container = entry.container
        owners = entry.owners.map(Self.name).sorted()
    }

    private static func name(_ owner: StoreOwner) -> String {
        switch owner {
        case .administrator: "administrator"
        case .management: "enrolment"
        case .node(let id): "\(id.kind.rawValue)/\(id.uniqueID)"
        case .tree(let store): "server, \(store)"
        }
    }
}

extension StoreCommand {
    /// What is in the stores.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List certificates and CRLs.",
            discussion: """
                Works beside a running service.

                  sealwright-agent store list --store my --json
                """)

        @Option(name: .long, help: "One store: my, root, ca, trusted, crl or untrusted.")
        var store: String?

        @OptionGroup var scope: ScopeOptions
        @OptionGroup var options: AgentOptions

        private struct Document: Encodable {
            let items: [StoreItem]
        }

        func run() async throws {
            let name = try store.map { try StoreArgument.name($0) }
            let state = try AgentSnapshot.read(options.folder)
            var items: [StoreItem] = []
            for (location, store) in state.stores where name.map({ $0 == location.name }) ?? true {
                guard scope.user == nil || location.scope == scope.scope else { continue }
                items += store.entries.map { StoreItem(StoreReference(location, $0.key), $0.value) }
            }
            items.sort { ($0.scope, $0.store, $0.thumbprint) < ($1.scope, $1.store, $1.thumbprint) }
            guard !options.json else { return Terminal.result(JSONText.of(Document(items: items))) }
            var table = Table("scope", "store", "thumbprint", "key", "ends", "subject")
            for item in items {
                table.row(
                    item.scope, item.store, item.thumbprint, item.hasKey ? "yes" : "", item.notAfter ?? "",
                    item.subject)
            }
            Terminal.result(table.text(empty: "the stores are empty"))
        }
    }

    /// One certificate.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show one certificate or CRL.",
            discussion: """
                  sealwright-agent store show 0123456789ABCDEF0123456789ABCDEF01234567
                """)

        @OptionGroup var item: StoreArgument
        @OptionGroup var options: AgentOptions

        func run() async throws {
            let (reference, entry) = try item.find(in: AgentSnapshot.read(options.folder))
            let item = StoreItem(reference, entry)
            guard !options.json else { return Terminal.result(JSONText.of(item)) }
            let lines = [
                ("subject", item.subject), ("issuer", item.issuer ?? ""), ("thumbprint", item.thumbprint),
                ("valid", "\(item.notBefore ?? "") to \(item.notAfter ?? "")"),
                ("store", "\(item.scope), \(item.store)"),
                ("key", Self.key(item)),
                ("installed by", item.owners.joined(separator: ", ")), ("file", "\(options.folder)/\(reference.path)"),
            ]
            Terminal.result(Table.facts(lines))
        }

        private static func key(_ item: StoreItem) -> String {
            if let container = item.container { return "yes, in the container \(container)" }
            return item.hasKey ? item.isKeyExportable ? "yes, exportable" : "yes" : "no"
        }
    }

    /// Puts certificates into a store.
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import",
            abstract: "Put the certificates, or CRLs, of a file into a store.",
            discussion: """
                  sealwright-agent store import root.pem --store root
                """)

        @Argument(help: "A file in PEM, DER or Base64; '-' for standard input.")
        var file: String

        @Option(name: .long, help: "The store: my, root, ca, trusted, crl or untrusted.")
        var store: String

        @OptionGroup var scope: ScopeOptions
        @OptionGroup var options: AgentOptions

        private struct Document: Encodable {
            let thumbprints: [String]
        }

        func run() async throws {
            let location = StoreLocation(scope.scope, try StoreArgument.name(store))
            let contents = try InputFile.read(file)
            let installed = try AgentRuntime(options).store.importFile(contents, into: location)
            let thumbprints = installed.map(\.thumbprint.text)
            guard !options.json else { return Terminal.result(JSONText.of(Document(thumbprints: thumbprints))) }
            thumbprints.forEach(Terminal.result)
        }
    }

    /// Gives a certificate away.
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Write one certificate or CRL in PEM, with its key where that may be given away.",
            discussion: """
                  sealwright-agent store export 0123456789ABCDEF0123456789ABCDEF01234567 \\
                      --out cert.pem
                """)

        @OptionGroup var item: StoreArgument

        @Option(name: [.long, .customShort("o")], help: "The file to write; standard output without it.")
        var out: String?

        @Flag(name: .long, help: "Write the private key too, as unencrypted PKCS#8 in a file of mode 0600.")
        var key = false

        @OptionGroup var options: AgentOptions

        private struct Document: Encodable {
            let thumbprint: String
            let pem: String
        }

        func run() async throws {
            let (reference, entry) = try item.find(in: AgentSnapshot.read(options.folder))
            let label = reference.location.name == .crl ? "X509 CRL" : "CERTIFICATE"
            var text = PEM.encode(entry.encoded.octets, label: label)
            if key {
                let material = try AgentRuntime(options).store.exportKey(of: reference)
                text += PEM.encode(PrivateKeyInfo(material).derBytes, label: "PRIVATE KEY")
            }
            guard !options.json || out != nil else {
                return Terminal.result(JSONText.of(Document(thumbprint: reference.thumbprint.text, pem: text)))
            }
            try LocalFile.write(Array(text.utf8), to: out, isPrivate: key)
        }
    }

    /// Removes a certificate.
    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete",
            abstract: "Remove one certificate or CRL with its key, whoever installed it.",
            discussion: """
                The certificate that the device proves itself with is removed with --force only; without it no session \
                can be opened.

                  sealwright-agent store delete 0123456789ABCDEF0123456789ABCDEF01234567 \\
                      --store root
                """)

        @OptionGroup var item: StoreArgument

        @Flag(name: .long, help: "Remove even the certificate that the device proves itself with.")
        var force = false

        @OptionGroup var options: AgentOptions

        func run() async throws {
            let runtime = try AgentRuntime(options)
            let (reference, _) = try item.find(in: runtime.store.state)
            try runtime.store.remove(reference, isForced: force)
            if options.json { Terminal.result(JSONText.of(["removed": reference.thumbprint.text])) }
        }
    }
}
