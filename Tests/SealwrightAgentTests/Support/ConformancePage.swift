// SPDX-License-Identifier: Apache-2.0

import OMADM
import SealwrightAgent

/// `docs/conformance.md`, made from the cases of the suite and from how our own agent did.
struct ConformancePage {
    private static let verbs = ["Get", "Add", "Replace", "Delete", "Exec"]
    private static let scopes = ["Device", "User"]

    let cases: [ConformanceCase]
    /// How many cases of a group our agent failed.
    let failed: [ConformanceCase.Group: Int]

    /// The page in Markdown.
    var markdown: String {
        let parts = [
            Self.introduction, "## Cases", table(["cases", "Device", "User", "failed"], counts), "## Outcomes",
            "How often each status is what a command under test must end with. The children of an Atomic count too.",
            table(["status", "meaning", "commands"], outcomes), "## ClientCertificateInstall", Self.legend,
            matrix(.base), "## The trees beside it", matrix(.neighbour),
        ]
        return parts.joined(separator: "\n\n") + "\n"
    }

    // MARK: Counts

    private var counts: [[String]] {
        let rows = ConformanceCase.Group.allCases.map { group in
            row(group.rawValue, cases.filter { $0.group == group }, failed[group] ?? 0)
        }
        return rows + [row("all", cases, failed.values.reduce(0, +))]
    }

    private func row(_ name: String, _ cases: [ConformanceCase], _ failed: Int) -> [String] {
        [name] + Self.scopes.map { scope in "\(cases.count { $0.name.hasPrefix(scope + ": ") })" } + ["\(failed)"]
    }

    private static let meanings: [(code: StatusCode, text: String)] = [
        (.ok, "done"), (.accepted, "accepted, done later"),
        (.notExecuted, "not executed: a command of the same Atomic failed before"),
        (.atomicRollBackOK, "taken back: a command of the same Atomic failed later"),
        (.badRequest, "not understood"), (.notFound, "no such node, or no value"),
        (.commandNotAllowed, "the node does not take the command"), (.optionalFeatureNotSupported, "not supported"),
        (.unsupportedTypeOrFormat, "the format or the text of a number does not fit"),
        (.alreadyExists, "the node is there already"), (.permissionDenied, "refused by the access list"),
        (.commandFailed, "the value or the state does not allow it"), (.atomicFailed, "the Atomic was not done"),
    ]

    private var outcomes: [[String]] {
        var counts: [UInt16: Int] = [:]
        for expectation in cases.flatMap(\.expected) { counts[expectation.code.rawValue, default: 0] += 1 }
        return counts.sorted { $0.key < $1.key }.map { code, count in
            [String(code), Self.meanings.first { $0.code.rawValue == code }?.text ?? "", String(count)]
        }
    }

    // MARK: The matrix

    /// A row for each node, scopes that do not differ in one.
    private func matrix(_ group: ConformanceCase.Group) -> String {
        var nodes: [String] = []
        var cells: [String: [String: [String: StatusCode]]] = [:]
        for test in cases where test.group == group {
            guard let place = Place(test), let code = test.expected.first?.code else { continue }
            if !nodes.contains(place.node) { nodes.append(place.node) }
            cells[place.node, default: [:]][place.scope, default: [:]][place.cell] = code
        }
        var rows: [[String]] = []
        for node in nodes {
            let byScope = Self.scopes.compactMap { scope -> (String, [String])? in
                guard let codes = cells[node]?[scope] else { return nil }
                return (scope, Self.verbs.map { Self.cell($0, codes) })
            }
            if byScope.count == 2, byScope[0].1 == byScope[1].1 {
                rows.append(["`\(node)`", "both"] + byScope[0].1)
            } else {
                rows += byScope.map { ["`\(node)`", $0.0] + $0.1 }
            }
        }
        return table(["node", "scope"] + Self.verbs, rows)
    }

    /// What the name of a case says: `Device: Add SCEP/{UniqueID} absent`.
    private struct Place {
        let scope: String
        let node: String
        /// Command and presence.
        let cell: String

        init?(_ test: ConformanceCase) {
            let words = test.name.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            guard words.count == 4, let scope = words.first?.dropLast() else { return nil }
            self.scope = String(scope)
            let names = words[2].split(separator: "/").map { Thumbprint(String($0)) == nil ? $0 : "{CertHash}" }
            node = names.isEmpty ? "." : names.joined(separator: "/")
            cell = "\(words[1]) \(words[3])"
        }
    }

    private static func cell(_ verb: String, _ codes: [String: StatusCode]) -> String {
        let pair = ["absent", "present"].map { codes["\(verb) \($0)"].map { String($0.rawValue) } ?? "–" }
        return pair[0] == pair[1] ? pair[0] : pair.joined(separator: " / ")
    }

    private func table(_ head: [String], _ rows: [[String]]) -> String {
        let lines = [head, head.map { _ in "---" }] + rows
        return lines.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
    }
}

// MARK: - Fixed text

extension ConformancePage {
    private static let introduction = """
        # The conformance suite for ClientCertificateInstall

        The suite is generated from the definitions of the nodes: what a server sends, and the status each command has to
        end with. It tests any OMA-DM client; the numbers below are of the agent in this repository. A test makes this
        page anew and compares, so it says what the suite says.

        ## Running it

        Here, with OpenSSL for the PFX files:

        ```
        make test FILTER=SealwrightAgentTests
        ```

        `sealwright-agent conformance` runs the same cases on an agent that is installed, with files that it makes
        itself.

        On another client, send it the messages and hand back its answers:

        ```swift
        let suite = ConformanceCases(material)
        for test in suite.all {
            let answers = test.messages(sessionID: "1", device: deviceID, server: url).map(send)
            for objection in test.objections(to: answers) { print(objection) }
        }
        ```

        Without this library, `sealwright-agent conformance --export cases.jsonl` writes the cases down, a line of JSON
        each: the three messages in XML, and for each the `expected` statuses by `cmdRef`, with the `data` of Results
        where it matters. Send them in order in one session; the second and the third are answered with a Status for
        each command that is listed and for no other, in this order. `--device` and `--server` set the names in SyncHdr.

        `material` holds two PFX files and two certificates; `send` carries one message to the client and reads its answer,
        as `SyncML(parsing:)` does, and gives `nil` for none. The client has to tell secret values in Get, which ours does
        with `AgentPolicy.conformance`, and to have a user logged in for `./User`. A case first deletes what it uses, so no
        fresh device is needed.

        Before the suite runs, somebody has to make a container for keys on the client, one for the device and one for the
        user, both of the name that `material.container` has: with us `sealwright-agent container create`, on Windows the
        set-up of Windows Hello for Business. None may be named `container`, the name that stands for one that is not
        there. Without `material.container` the cases that succeed with one are left out.
        """

    private static let legend = """
        The status a command must end with outside of an Atomic, when the node is absent / present; one number where both
        are the same. `{UniqueID}` stands for any name, `{CertHash}` for the SHA-1 of a certificate, `.` for the root.
        """
}
