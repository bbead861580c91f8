// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SealwrightCommandLine
import SealwrightServer

/// How much of a list, and from where.
struct PageOptions: ParsableArguments {
    @Option(name: .long, help: "How many at most.")
    var limit = 100

    @Option(name: .long, help: "Go on after this, as 'next' of the page before says.")
    var after: String?

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is 1 or more") }
    }

    /// A list as long as was asked for.
    func list<Item>(
        _ path: String, _ filters: [(String, String?)], from client: AdministrationClient
    ) async throws(CommandFailure) -> ListDocument<Item> {
        try await client.list(path, filters, limit: limit, after: after)
    }

    /// Says that there is more, and how to get it.
    func tellRest(_ next: String?) {
        if let next { Terminal.error("more: add --after \(next)") }
    }
}
