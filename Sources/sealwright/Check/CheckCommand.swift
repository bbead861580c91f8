// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import PKIFormats
import SealwrightCommandLine
import SealwrightInspection
import SealwrightNetwork
import SealwrightServer

/// `sealwright check`: whether certificates are good for their job, and exactly why not.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say whether certificates meet the requirements of their job, and why not.",
        discussion: """
            A subject is a file (PEM, DER, PKCS#7, PKCS#12), a folder of them, or a live server HOST[:PORT]. Without a \
            subject every valid certificate of the installation named by --data or --server is checked. Needs no server \
            otherwise.

            Trust anchors are those of --trust, else the root of --data, else this machine's. Exit status 0 when \
            nothing is an error, 1 when something is, 3 when there is nothing to check, 6 when a server could not be \
            reached.

              sealwright check server.pfx --profile itms-7.5 --name ns.example.test \\
                  --password-file pass.txt
              sealwright check www.example.test:443 --trust root.pem --format sarif \\
                  --out check.sarif
              sealwright check mail.example.test:587 --starttls smtp
              sealwright check /etc/ssl/private --fail-on warning
              sealwright check --data sealwright-data --format prometheus
            """)

    @Argument(help: "Files, folders or servers HOST[:PORT].")
    var subjects: [String] = []

    @Option(name: .long, help: "The requirements: modern, or itms-7.5 (Symantec Management Platform 7.5).")
    var profile = "modern"

    @Option(name: .long, help: "text, json, csv, sarif, junit or prometheus.")
    var format: String?

    @Option(name: [.long, .customShort("o")], help: "Write the result into this file.")
    var out: String?

    @Option(name: .long, help: "What makes the exit status 1: error or warning.")
    var failOn = "error"

    @OptionGroup var input: CheckInputOptions

    @OptionGroup var reading: SubjectOptions

    @OptionGroup var trust: CheckTrustOptions

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let format = try wantedFormat()
        let threshold = try wantedThreshold()
        let profile = try wantedProfile()
        let dialogue = try reading.dialogue()
        try requireSubject()
        var settings = try await trust.settings(for: profile, server: server, needsServer: isInstallation)
        let targets = try await targets(dialogue, &settings)
        guard !targets.isEmpty else {
            throw nothingToCheck(subjects.isEmpty ? "no host is named" : "no file that can be a certificate is there")
        }
        let runner = try CheckRunner(
            settings: settings, targets: targets, options: input, reading: reading, online: trust.online)
        let result = await runner.run()
        let text = format.write(result, width: PageWidth.current, threshold: threshold)
        try OutputFile.write(Array(text.utf8), to: out)
        try finish(result, threshold: threshold)
    }

    /// Whether the subjects are the certificates of an installation.
    private var isInstallation: Bool { subjects.isEmpty && input.hostsFile == nil }

    private func requireSubject() throws(CommandFailure) {
        guard isInstallation, server.data == nil, server.server == nil else { return }
        throw CommandFailure(
            .usage, code: "cli.no-subject", "nothing to check was named",
            hint: "name a file, a folder or HOST:PORT, or an installation with --data")
    }

    /// What is checked; what the certificates of an installation are anchored in is added to what is trusted.
    private func targets(
        _ dialogue: StartTLS?, _ settings: inout CheckSettings
    ) async throws(CommandFailure) -> [CheckTarget] {
        guard isInstallation else {
            return try CheckTarget.resolve(subjects, hostsFile: input.hostsFile, startTLS: dialogue)
        }
        let held = try await HeldCertificates(client: server.client(), now: settings.time)
        if trust.trust.isEmpty { settings.anchors += held.anchors }
        return held.targets
    }

    private func nothingToCheck(_ reason: String) -> CommandFailure {
        CommandFailure(
            .notFound, code: "cli.nothing-to-check", "nothing to check: \(reason)",
            hint: subjects.isEmpty ? nil : "a folder is searched for files that end in .pem, .crt, .cer, .der or .pfx")
    }

    private func wantedFormat() throws(CommandFailure) -> CheckFormat {
        if server.json, let format, format.lowercased() != "json" {
            throw CommandFailure(
                .usage, code: "cli.two-formats", "--json and --format \(format) are two formats", hint: "give one")
        }
        let text = format ?? (server.json ? "json" : "text")
        if let known = CheckFormat(rawValue: text.lowercased()) { return known }
        throw CommandFailure(
            .usage, code: "cli.unknown-format", "--format: '\(text)' is not a format",
            hint: "choose one of \(CheckFormat.allCases.map(\.rawValue).joined(separator: ", "))")
    }

    private func wantedThreshold() throws(CommandFailure) -> CheckSeverity {
        switch failOn.lowercased() {
        case "error": return .error
        case "warning": return .warning
        default:
            throw CommandFailure(
                .usage, code: "cli.unknown-severity", "--fail-on: '\(failOn)' is neither error nor warning")
        }
    }

    private func wantedProfile() throws(CommandFailure) -> RequirementProfile {
        if let known = RequirementProfile(name: profile) { return known }
        throw CommandFailure(
            .usage, code: "cli.unknown-profile", "--profile: '\(profile)' is not a profile",
            hint: "choose one of \(RequirementProfile.all.map(\.name).joined(separator: ", "))")
    }

    /// Ends with the status that says how it went; the result is written already.
    private func finish(_ result: CheckRun, threshold: CheckSeverity) throws {
        let isBad = result.reports.contains { $0.worst >= threshold && !$0.isUnavailable }
        if isBad { throw ExitCode(ExitStatus.bad.rawValue) }
        guard result.reports.contains(where: { $0.certificate != nil || $0.worst > .note }) else {
            throw nothingToCheck("no file that was found holds a certificate")
        }
        if result.reports.contains(where: \.isUnavailable) { throw ExitCode(ExitStatus.unavailable.rawValue) }
    }
}

extension CheckReport {
    /// Whether there was nothing to judge because nobody answered.
    fileprivate var isUnavailable: Bool {
        certificate == nil && findings.contains { $0.code == .unreachable || $0.code == .timedOut }
    }
}
