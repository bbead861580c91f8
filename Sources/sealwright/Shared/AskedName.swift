// SPDX-License-Identifier: Apache-2.0

import SealwrightCommandLine
import SealwrightInspection

/// Host names that people ask for on the command line.
enum AskedName {
    /// Refuses names in other alphabets: certificates hold their `xn--` form, so that none would ever match.
    ///
    /// Source: RFC 5280, section 7.2; RFC 9525, section 6.3.
    static func demandASCII(_ names: [String]) throws(CommandFailure) {
        guard let name = names.first(where: { !$0.utf8.allSatisfy { $0 < 0x80 } }) else { return }
        throw CommandFailure(
            .usage, code: "cli.name",
            "--name: '\(Printable.text(name, limit: 200))' holds characters beyond ASCII",
            hint: "write its xn-- form, as it stands in certificates")
    }
}
