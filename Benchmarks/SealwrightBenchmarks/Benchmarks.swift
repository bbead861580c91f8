// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation

/// Measures the server against its targets.
///
/// ```
/// SealwrightBenchmarks [--server PATH] [--only enrollment,growth,…] [--markdown FILE] [--quick]
/// ```
///
/// Exit status: 0 measured (whether or not targets were met), 1 not measured, 2 wrong use.
@main
enum Benchmarks {
    /// What can be measured, in this order.
    enum Chapter: String, CaseIterable {
        case enrollment, status, growth, startup, crl, list, validation, check, syncml, management, agent

        static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
    }

    private static let usage = """
        usage: SealwrightBenchmarks [--server PATH] [--only CHAPTER,…] [--markdown FILE] [--quick]
        chapters: \(Chapter.names)
        """

    private struct Options {
        var server = ".build/release/sealwright"
        var chapters = Chapter.allCases
        var markdown: String?
        /// A tenth of everything, to see whether it works.
        var isQuick = false
        var isHelp = false

        init(_ arguments: [String]) throws {
            var rest = arguments[...]
            while let argument = rest.popFirst() {
                switch argument {
                case "--help", "-h": isHelp = true
                case "--quick": isQuick = true
                case "--server": server = try Self.value(of: argument, &rest)
                case "--markdown": markdown = try Self.value(of: argument, &rest)
                case "--only":
                    chapters = try Self.value(of: argument, &rest).split(separator: ",").map { name in
                        guard let chapter = Chapter(rawValue: String(name)) else {
                            throw BenchmarkError("there is no chapter '\(name)'; choose from \(Chapter.names)")
                        }
                        return chapter
                    }
                default: throw BenchmarkError("'\(argument)' is not known here")
                }
            }
        }

        private static func value(of flag: String, _ rest: inout ArraySlice<String>) throws -> String {
            guard let value = rest.popFirst() else { throw BenchmarkError("\(flag) needs a value") }
            return value
        }
    }

    static func main() async {
        let options: Options
        do { options = try Options(Array(CommandLine.arguments.dropFirst())) } catch {
            FileHandle.standardError.write(Data("bench: \(error)\n".utf8))
            exit(2)
        }
        guard !options.isHelp else { return print(usage) }
        do { try await run(options) } catch {
            FileHandle.standardError.write(Data("bench: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func run(_ options: Options) async throws {
        let bed = try TestBed(program: options.server)
        defer { bed.remove() }
        print("Machine: \(TestBed.machine)")
        let scale = options.isQuick ? 10 : 1
        var report = Report()
        let needsDevices = options.chapters.contains { [.enrollment, .growth, .management].contains($0) }
        let pool = CryptoPool(threads: ProcessInfo.processInfo.activeProcessorCount)
        defer { pool.shutdown() }
        let devices = try SCEPDevices(keys: needsDevices ? 64 : 0, pool: pool)
        for chapter in options.chapters {
            switch chapter {
            case .enrollment:
                try await EnrollmentChapter(bed: bed, devices: devices, count: 3_000 / scale).run(into: &report)
            case .status: try await StatusChapter(bed: bed, count: 20_000 / scale).run(into: &report)
            case .growth:
                try await GrowthChapter(bed: bed, devices: devices, pairs: options.isQuick ? 3 : 12)
                    .run(into: &report)
            case .startup: try await StartupChapter(bed: bed).run(into: &report)
            case .crl: try RevocationListChapter(entries: 1_000_000 / scale).run(into: &report)
            case .validation:
                try ValidationChapter(rounds: 2_000 / scale, entries: 1_000_000 / scale).run(into: &report)
            case .check: try CheckChapter(bed: bed, files: 10_000 / scale).run(into: &report)
            case .syncml: try SyncMLChapter(rounds: 2_000 / scale).run(into: &report)
            case .management:
                try await ManagementChapter(
                    bed: bed, devices: devices, pool: pool, fleet: options.isQuick ? 128 : 512, others: 50_000 / scale,
                    waves: options.isQuick ? (2, 2) : (6, 8)
                ).run(into: &report)
            case .agent: try await AgentChapter(bed: bed).run(into: &report)
            case .list: try await ListChapter(bed: bed, certificates: 1_000_000 / scale).run(into: &report)
            }
        }
        if let path = options.markdown {
            try report.markdown(machine: TestBed.machine).write(toFile: path, atomically: true, encoding: .utf8)
        }
    }
}
