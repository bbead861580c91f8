// SPDX-License-Identifier: Apache-2.0

/// Looks at commands before they are queued: for what devices refuse, and for what they understand differently.
///
/// For payloads of this library and for SyncML that an administrator wrote by hand. What is not known here, other CSPs
/// above all, is looked at for its structure only.
///
/// ```swift
/// let findings = PayloadLint.findings(in: payload.batch(id: "wifi"))
/// guard !findings.contains(where: { $0.severity == .error }) else { … }
/// ```
///
/// Source: Microsoft, ClientCertificateInstall CSP; "OMA DM protocol support"; RootCATrustedCertificates CSP;
/// CertificateStore CSP.
public struct PayloadLint: Sendable {
    /// What was found so far.
    var findings: [PayloadFinding] = []

    init() {}

    /// Looks at a batch.
    ///
    /// - Returns: what was found, the gravest first.
    public static func findings(in batch: CommandBatch) -> [PayloadFinding] {
        findings(in: batch.commands)
    }

    /// Looks at SyncML that was written by hand, whose CmdIDs will be replaced.
    ///
    /// - Parameter body: the commands.
    /// - Returns: what was found, the gravest first.
    public static func findings(in body: SyncBody) -> [PayloadFinding] {
        var lint = PayloadLint()
        lint.checkNumbers(body.commands)
        lint.check(body.commands)
        return lint.sorted
    }

    /// Looks at commands.
    ///
    /// - Parameter commands: the commands.
    /// - Returns: what was found, the gravest first.
    public static func findings(in commands: [Command]) -> [PayloadFinding] {
        var lint = PayloadLint()
        lint.check(commands)
        return lint.sorted
    }

    private mutating func check(_ commands: [Command]) {
        checkStructure(commands)
        let installations = InstallationCommands.sort(commands)
        for installation in installations {
            check(installation)
            switch installation.installation.kind {
            case .scep: checkSCEP(installation)
            case .pfx: checkPFX(installation)
            }
        }
        checkTogether(installations)
        checkTrust(commands, installations)
    }

    private var sorted: [PayloadFinding] {
        // Stable: findings of one gravity stay in the order of the payload.
        findings.enumerated().sorted { left, right in
            left.element.severity == right.element.severity
                ? left.offset < right.offset : left.element.severity > right.element.severity
        }.map(\.element)
    }

    mutating func add(
        _ rule: PayloadRule, _ severity: PayloadFinding.Severity, _ locURI: String?, _ message: String, fix: String
    ) {
        findings.append(PayloadFinding(rule, severity, locURI: locURI, message: message, fix: fix))
    }
}

// MARK: - Structure

extension PayloadLint {
    /// CmdIDs are replaced when a batch is sent; a message that is sent as it is would be refused.
    private mutating func checkNumbers(_ commands: [Command]) {
        let cmdIDs = commands.flatMap(\.withDescendants).map(\.cmdID)
        let odd = cmdIDs.filter { $0.map { UInt32($0) == nil || $0 == "0" } ?? true }
        guard !odd.isEmpty || Set(cmdIDs).count < cmdIDs.count else { return }
        add(
            .templatePlaceholder, .note, nil,
            "The CmdIDs are absent, no numbers or not unique; devices answer such a command with status 400.",
            fix: "Queue it as a batch, which gets its CmdIDs when it is sent.")
    }

    private mutating func checkStructure(_ commands: [Command]) {
        for command in commands {
            switch command {
            case .atomic(let group): checkAtomic(group)
            case .sequence(let group): checkStructure(group.commands)
            default: checkItems(command)
            }
        }
    }

    private mutating func checkAtomic(_ group: Command.Group) {
        if group.commands.isEmpty {
            add(.insideAtomic, .error, nil, "The Atomic is empty.", fix: "Remove it, or put commands into it.")
        }
        for child in group.commands {
            switch child {
            case .get, .atomic, .sequence, .copy:
                add(
                    .insideAtomic, .error, child.items.first?.target?.locURI,
                    "\(child.name) inside an Atomic is answered with 500 or 405, and the whole Atomic fails.",
                    fix: "Move it out of the Atomic.")
            default: break
            }
            checkItems(child)
        }
        checkAddThenReplace(group)
        let installations = Set(
            InstallationCommands.sort([.atomic(group)]).map { LocURIText.key($0.locURI) })
        if installations.count > 1 {
            add(
                .severalInstallations, .warning, nil,
                "The Atomic holds \(installations.count) installations, of which one that fails takes back all.",
                fix: "Use one Atomic for each UniqueID.")
        }
    }

    private mutating func checkAddThenReplace(_ group: Command.Group) {
        var added: Set<String> = []
        for child in group.commands {
            for locURI in child.items.compactMap({ $0.target?.locURI }) {
                switch child {
                case .add: added.insert(LocURIText.key(locURI))
                case .replace where added.contains(LocURIText.key(locURI)):
                    add(
                        .addThenReplace, .error, locURI,
                        "Add and then Replace of one node in one Atomic is not supported and answered with 500.",
                        fix: "Keep one of the two, with the last value.")
                default: break
                }
            }
        }
    }

    private mutating func checkItems(_ command: Command) {
        switch command {
        case .alert, .status, .results, .unknown: return
        default: break
        }
        for item in command.items {
            guard let locURI = item.target?.locURI, !locURI.isEmpty else {
                add(
                    .locURI, .error, nil, "\(command.name) names no target.",
                    fix: "Give every item a Target with a LocURI.")
                continue
            }
            checkLocURI(locURI)
        }
    }

    private mutating func checkLocURI(_ locURI: String) {
        if locURI.utf8.count > Location.locURILimit {
            add(
                .locURI, .error, String(locURI.prefix(80)), "The LocURI is longer than \(Location.locURILimit) octets.",
                fix: "Shorten the names in it.")
            return
        }
        let parts = locURI.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count > 1 {
            add(
                .query, .warning, locURI, "Properties and lists of nodes are answered with 406 by Windows.",
                fix: "Read the node itself.")
        }
        let segments = (parts.first ?? "").split(separator: "/", omittingEmptySubsequences: false)
        let isBroken = segments.enumerated().contains { index, name in
            name.isEmpty || name == "*" || name == ".." || (name == "." && index > 0)
        }
        if isBroken || segments.first != "." {
            add(
                .locURI, .error, locURI,
                "The LocURI does not begin with './', or has a name that is empty, '*', '.' or '..'.",
                fix: "Write './Device/Vendor/MSFT/…' or './User/Vendor/MSFT/…', with names percent-encoded.")
        }
        if locURI.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            add(
                .locURI, .error, locURI, "The LocURI holds a control character, such as the end of a line.",
                fix: "Write it in one line, with names percent-encoded.")
        }
        let marks = ["insertuniqueid", "{uniqueid}", "%7buniqueid%7d", "$cmdid$"]
        let text = locURI.lowercased()
        if locURI.contains("<") || locURI.contains(">") || marks.contains(where: text.contains) {
            add(
                .templatePlaceholder, .error, locURI, "The LocURI holds a placeholder of a published example.",
                fix: "Put the real name in.")
        }
    }
}
