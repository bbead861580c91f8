// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

// Neighbours of ClientCertificateInstall: trusted certificates and renewal.

extension PayloadLint {
    /// A command on a node of another CSP.
    private struct Step {
        let command: Command
        let item: Item
        let locURI: String
        /// The names below `MSFT`, in lower case.
        let names: [String]
        let isInAtomic: Bool
        let position: Int
    }

    mutating func checkTrust(_ commands: [Command], _ installations: [InstallationCommands]) {
        let steps = Self.steps(of: commands)
        let exec = installations.filter { $0.installation.kind == .scep }.flatMap(\.steps)
            .filter { $0.command == "Exec" }.map(\.position).min()
        for step in steps where step.names.first == "rootcatrustedcertificates" {
            checkTrusted(step)
            guard let exec, step.position > exec else { continue }
            add(
                .rootAfterEnrollment, .warning, step.locURI,
                "The certificate comes behind the enrolment, which may fail because it is not trusted yet.",
                fix: "Move it before the Atomic of the enrolment.")
        }
        checkRenew(steps.filter { $0.names.prefix(4) == ["certificatestore", "my", "wstep", "renew"] })
    }

    private static func steps(of commands: [Command]) -> [Step] {
        var steps: [Step] = []
        var position = 0
        func take(_ list: [Command], isInAtomic: Bool) {
            for command in list {
                var isInside = isInAtomic
                if case .atomic = command { isInside = true }
                take(command.children, isInAtomic: isInside)
                for item in command.items {
                    defer { position += 1 }
                    guard let locURI = item.target?.locURI else { continue }
                    let names = LocURIText.key(locURI).split(separator: "/").map(String.init)
                    guard let start = names.firstIndex(of: "msft") else { continue }
                    steps.append(
                        Step(
                            command: command, item: item, locURI: locURI, names: Array(names[(start + 1)...]),
                            isInAtomic: isInAtomic, position: position))
                }
            }
        }
        take(commands, isInAtomic: false)
        return steps
    }

    private mutating func checkTrusted(_ step: Step) {
        let names = step.names
        if step.locURI.lowercased().hasPrefix("./user/"), names.dropFirst().first == "root" {
            add(
                .trustedCertificate, .error, step.locURI, "Users have no store of trusted roots of their own.",
                fix: "Use ./Device/Vendor/MSFT/RootCATrustedCertificates/Root.")
        }
        switch step.command {
        case .add, .replace: break
        default: return
        }
        guard names.count == 4, names.last == "encodedcertificate", let text = step.item.data?.text else { return }
        if text.contains(where: \.isNewline) {
            add(
                .trustedCertificate, .error, step.locURI, "EncodedCertificate holds line breaks.",
                fix: "Write the Base64 in one line.")
        }
        guard let octets = Base64.decode(text, tolerance: .tolerant), !octets.isEmpty else {
            add(
                .trustedCertificate, .error, step.locURI, "EncodedCertificate is no Base64.",
                fix: "Encode the certificate's DER in Base64.")
            return
        }
        let thumbprint = Hex.encode(DigestAlgorithm.sha1.hash(octets))
        if names[2] != thumbprint.lowercased() {
            add(
                .trustedCertificate, .error, step.locURI,
                "The node is not named by the certificate's SHA-1; that is answered with 500.",
                fix: "Name it \(thumbprint.uppercased()).")
        }
    }

    private mutating func checkRenew(_ steps: [Step]) {
        var values: [String: (value: Int64, locURI: String)] = [:]
        for step in steps {
            switch step.command {
            case .add, .replace, .delete: break
            default: continue
            }
            if !step.isInAtomic {
                add(
                    .atomicRequired, .error, step.locURI, "Renewal settings have to be in an Atomic.",
                    fix: "Put them into one Atomic.")
            }
            guard let name = step.names.last, let text = step.item.data?.text,
                let number = InstallationCommands.number(text)
            else { continue }
            values[name] = (number, step.locURI)
        }
        for name in ["renewperiod", "retryinterval"] {
            guard let found = values[name], !(1...1000).contains(found.value) else { continue }
            add(.renewSettings, .error, found.locURI, "The value is not 1 to 1000 days.", fix: "Write 1 to 1000.")
        }
        if let period = values["renewperiod"], let interval = values["retryinterval"], interval.value > period.value {
            add(
                .renewSettings, .error, interval.locURI, "RetryInterval is longer than RenewPeriod.",
                fix: "Make it as long at most.")
        }
    }
}
