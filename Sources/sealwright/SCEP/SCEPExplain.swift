// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Configuration
import Logging
import SealwrightCommandLine
import SealwrightInspection
import SealwrightServer

/// `sealwright scep explain`: what a server would answer to a captured message, and why.
struct SCEPExplain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Decode a captured request or reply and say what would be answered, and why.",
        discussion: """
            The file holds the body of a POST, its Base64, a URL or query of a GET, a request line, or a whole HTTP \
            request or response, in chunks too. With --data the server's keys open it and the rules of the endpoint \
            that its URL names judge it; nothing is changed, and a running server is not disturbed. The challenge \
            itself is never shown. Exit status 1 when the request would be refused, or the reply is a refusal.

              sealwright scep explain request.bin --data sealwright-data
              sealwright scep explain reply.bin --json
            """)

    @Argument(help: "The file, or - for standard input.")
    var file: String

    @Option(name: .long, help: "The data folder of the server that got the message.")
    var data: String?

    @Option(name: .long, help: "The endpoint to judge by; without it the one in the captured URL, else default.")
    var endpoint: String?

    @Option(name: .long, help: "A settings file instead of sealwright.yaml in the data folder.")
    var config: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() async throws {
        let octets = try InputFile.read(file, limit: 8 << 20)
        let middle = try await openMiddle()
        let asked = endpoint ?? SCEPExplainer.endpoint(in: octets) ?? "default"
        let judge = try middle.map { middle throws(CommandFailure) in try Self.judge(of: middle, at: asked) }
        let explainer = SCEPExplainer(judge: judge, now: SystemClock().now)
        let explanation: SCEPExplanation
        do {
            explanation = try await explainer.explain(octets)
        } catch {
            throw CommandFailure(error, reading: file)
        }
        await middle?.close()
        if json {
            Terminal.result(JSONText.of(explanation))
        } else {
            Terminal.result(octets: Array(explanation.text(width: PageWidth.current).utf8))
        }
        if !explanation.isGood { ExitStatus.bad.exit() }
    }

    private static func judge(
        of middle: ReadOnlyMiddle, at endpoint: String
    ) throws(CommandFailure) -> any SCEPJudge {
        if let judge = middle.judge(endpoint: endpoint) { return judge }
        throw CommandFailure(
            .notFound, code: "server.unknown-endpoint", "there is no SCEP endpoint '\(Table.printable(endpoint))'",
            hint: "there is \(middle.endpoints.joined(separator: ", "))")
    }

    private func openMiddle() async throws(CommandFailure) -> ReadOnlyMiddle? {
        guard let data else { return nil }
        let folder = DataFolder(data)
        guard folder.isInitialized else { throw CommandFailure(folder.absence) }
        do throws(ServerError) {
            let configuration = try await ServerConfiguration.load(
                flags: Self.flags(of: folder), file: config ?? folder.configurationIfPresent)
            return try await ReadOnlyMiddle.open(
                folder, configuration: configuration,
                logger: Logger(label: "sealwright.explain") { _ in SwiftLogNoOpLogHandler() })
        } catch {
            throw CommandFailure(error)
        }
    }

    /// The running server's name, so that a machine without one can still look at its folder.
    private static func flags(of folder: DataFolder) -> [String: ConfigContent] {
        guard let address = try? folder.runningAddress(), !address.host.isEmpty else { return [:] }
        return ["server.hosts": .stringArray([address.host])]
    }
}
