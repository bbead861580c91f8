// SPDX-License-Identifier: Apache-2.0

import PKIFormats

// What holds for SCEP and PFX alike.

extension PayloadLint {
    mutating func check(_ installation: InstallationCommands) {
        checkName(installation)
        checkScope(installation)
        checkDeletes(installation)
        for step in installation.steps { check(step, installation.installation.kind) }
    }

    private mutating func checkName(_ installation: InstallationCommands) {
        let name = installation.installation.uniqueID
        let isAllowed = name.utf8.allSatisfy { $0.isWordCharacter || $0 == UInt8(ascii: ".") }
        if name.utf8.count > 64 || !isAllowed {
            add(
                .uniqueID, .error, installation.locURI,
                "The UniqueID is longer than 64, or has other characters than letters, digits, '.', '_' and '-'.",
                fix: "Derive a name of at most 64 of those characters from device and profile.")
        }
    }

    private mutating func checkScope(_ installation: InstallationCommands) {
        guard installation.installation.scope == .user else { return }
        add(
            .userScope, .note, installation.locURI,
            "The user's tree is there only while the enrolling user is logged in; else devices answer 405.",
            fix: "Let it wait for a session whose LoginStatus is 'user'.")
    }

    private mutating func checkDeletes(_ installation: InstallationCommands) {
        for step in installation.steps where step.command == "Delete" {
            if step.path.isEmpty, step.atomic != 0 {
                add(
                    .deleteUniqueID, .error, step.locURI,
                    "On first run the UniqueID is not there: its Delete is answered with 404, and the Atomic fails.",
                    fix: "Move the Delete before the Atomic.")
            }
            let isDisputed = ["install/subjectname", "containername"].contains(step.key)
            if isDisputed {
                add(
                    .deleteLeaf, .warning, step.locURI,
                    "Whether this node can be deleted differs between descriptions of the CSP, and so between devices.",
                    fix: "Replace the value, or delete the UniqueID.")
            }
        }
    }

    private mutating func check(_ step: InstallationCommands.Step, _ kind: CertificateInstallNode.Kind) {
        guard let node = InstallationNode.at(step.path, kind) else {
            add(
                .unknownNode, .error, step.locURI, "The CSP has no such node.",
                fix:
                    "Correct the name; settings stand below \(kind == .scep ? "Install" : "the UniqueID")."
            )
            return
        }
        if node.isReadOnly, step.command != "Get" {
            add(
                .readOnlyNode, .error, step.locURI, "The node can only be read; \(step.command) is answered with 405.",
                fix: "Leave it out.")
        }
        guard step.isWrite else { return }
        checkFormat(step, node)
    }

    private mutating func checkFormat(_ step: InstallationCommands.Step, _ node: InstallationNode) {
        if node.format == .null {
            add(
                .readOnlyNode, .error, step.locURI, "The node takes Exec only; \(step.command) is answered with 405.",
                fix: "Use Exec, without data.")
            return
        }
        if node.format == .node {
            if step.text?.isEmpty == false {
                add(.format, .error, step.locURI, "An interior node holds no data.", fix: "Leave the data out.")
            }
            if step.format != .node {
                add(
                    .format, .warning, step.locURI, "The node is an interior one and its Format is not 'node'.",
                    fix: "Set the Format 'node'.")
            }
            return
        }
        checkNumber(step, node)
        let found = step.format ?? .chr
        let isText = found == .chr && node.format != .bool
        guard found != node.format, !isText, !(node.format == .bin && found == .b64) else { return }
        if node.format == .bin {
            add(
                .pfxBlobFormat, .error, step.locURI, "A PFX travels as bin, b64 or chr, always as Base64 text in XML.",
                fix: "Set the Format 'chr' or 'b64'.")
        } else {
            let severity: PayloadFinding.Severity = node.format == .bool && found == .chr ? .note : .warning
            add(
                .format, severity, step.locURI,
                "The node has the format \(node.format.rawValue), not \(found.rawValue.prefix(16)).",
                fix: "Set the Format '\(node.format.rawValue)'.")
        }
    }

    private mutating func checkNumber(_ step: InstallationCommands.Step, _ node: InstallationNode) {
        guard let text = step.text, !text.isEmpty else { return }
        switch node.format {
        case .int where InstallationCommands.number(text) == nil:
            add(
                .format, .error, step.locURI, "The value is no number of 32 bits; it is answered with 415.",
                fix: "Write a decimal number.")
        case .int where step.format == .chr && node.path.hasSuffix("ValidPeriodUnits"):
            add(
                .validPeriod, .note, step.locURI, "ValidPeriodUnits is a number, although the CSP's table says text.",
                fix: "Set the Format 'int'.")
        case .int where step.format == .chr || step.format == nil:
            add(
                .format, .warning, step.locURI,
                "A number is sent with the Format 'chr', which not every release converts.",
                fix: "Set the Format 'int'.")
        case .bool where !["true", "false"].contains(MarkupElement.trimmed(text).lowercased()):
            add(
                .format, .error, step.locURI, "The value is neither 'true' nor 'false'.",
                fix: "Write 'true' or 'false'.")
        default: break
        }
    }

    mutating func checkTogether(_ installations: [InstallationCommands]) {
        for device in installations where device.installation.scope == .device {
            let isDouble = installations.contains { user in
                user.installation.scope == .user && user.installation.kind == device.installation.kind
                    && LocURIText.key(user.installation.uniqueID) == LocURIText.key(device.installation.uniqueID)
            }
            guard isDouble else { continue }
            add(
                .bothScopes, .warning, device.locURI,
                "The same UniqueID is installed for the device and for the user: two certificates and two keys.",
                fix:
                    "Install it in one scope; that both stores had it was a bug of one build."
            )
        }
    }

    /// Nodes that an installation needs and that are not set, or empty.
    mutating func checkRequired(_ installation: InstallationCommands) {
        for node in InstallationNode.all(installation.installation.kind) where node.isRequired {
            guard installation.text(node.path) == nil else { continue }
            add(
                .missingNode, .error, installation.locURI + "/" + node.path,
                "The node has to be set and is not, or is empty.",
                fix: "Add it with a value.")
        }
    }

    /// A number that is none of those allowed.
    mutating func checkNumber(
        _ installation: InstallationCommands, _ path: String, isOne allowed: (Int64) -> Bool, _ description: String
    ) {
        guard let step = installation.value(path), let number = installation.number(path), !allowed(number) else {
            return
        }
        add(.value, .error, step.locURI, "The value is none that the node takes.", fix: "Use \(description).")
    }
}
