// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SealwrightAgent
import SealwrightCommandLine

/// One certificate or CRL of the stores, by its thumbprint.
struct StoreArgument: ParsableArguments {
    @Argument(help: "The SHA-1 thumbprint, or the first eight or more digits of it.")
    var thumbprint: String

    @Option(name: .long, help: "Look into this store only: my, root, ca, trusted, crl or untrusted.")
    var store: String?

    @OptionGroup var scope: ScopeOptions

    /// Reads the name of a store.
    static func name(_ text: String) throws(CommandFailure) -> StoreName {
        guard let name = StoreName(text) else {
            throw CommandFailure(
                .usage, code: "cli.usage", "'\(text)' is no store",
                hint: "the stores are my, root, ca, trusted, crl and untrusted"
            )
        }
        return name
    }

    /// Finds it, in one place only.
    func find(in state: AgentState) throws(CommandFailure) -> (StoreReference, CertificateStore.Entry) {
        let wanted = try store.map { (text) throws(CommandFailure) in try Self.name(text) }
        let digits = thumbprint.uppercased().filter { $0 != ":" && $0 != " " }
        guard digits.count >= 8, digits.allSatisfy(\.isHexDigit) else {
            throw CommandFailure(.usage, code: "cli.usage", "'\(thumbprint)' is no thumbprint")
        }
        var found: [(StoreReference, CertificateStore.Entry)] = []
        for (location, store) in state.stores where location.scope == scope.scope {
            guard wanted.map({ $0 == location.name }) ?? true else { continue }
            for (thumbprint, entry) in store.entries where thumbprint.text.hasPrefix(digits) {
                found.append((StoreReference(location, thumbprint), entry))
            }
        }
        guard let one = found.first else {
            throw CommandFailure(
                .notFound, code: AgentError.notFound("").code,
                "\(thumbprint) is not in the stores of \(scope.scope.label)")
        }
        guard found.count == 1 else {
            throw CommandFailure(
                .conflict, code: "cli.usage", "\(thumbprint) is in several places",
                hint: "name one with --store, or give all 40 digits")
        }
        return one
    }
}
