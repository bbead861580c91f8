// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import SealwrightCommandLine
import SealwrightInspection
import Synchronization
import TrustEvaluation

/// Checks many subjects at the same time and keeps their order.
struct CheckRunner: Sendable {
    private let settings: CheckSettings
    private let targets: [CheckTarget]
    private let examiner: TargetExaminer
    private let jobs: Int

    init(
        settings: CheckSettings, targets: [CheckTarget], options: CheckInputOptions, reading: SubjectOptions,
        online: Bool
    ) throws(CommandFailure) {
        try AskedName.demandASCII(options.name)
        self.settings = settings
        self.targets = targets
        self.examiner = TargetExaminer(
            settings: settings, names: options.name.isEmpty ? nil : options.name, password: try reading.password(),
            seconds: reading.timeout,
            fetcher: online ? ResourceFetcher(seconds: reading.timeout, known: Self.issuers(settings)) : nil)
        let processors = ProcessInfo.processInfo.activeProcessorCount
        let usual = online || targets.contains(where: \.isServer) ? Self.serversAtOnce : processors
        self.jobs = min(options.jobs ?? usual, max(targets.count, 1))
    }

    /// What may have issued a subject and need not be fetched.
    private static func issuers(_ settings: CheckSettings) -> [CertificateView] {
        settings.intermediates + settings.anchors.compactMap(\.certificate)
    }

    /// Waiting for servers costs nothing; this many at once are no burden for a network.
    private static let serversAtOnce = 32

    func run() async -> CheckRun {
        let queue = WorkQueue(count: targets.count)
        let reports = await withTaskGroup(of: [(Int, CheckReport)].self) { group in
            for _ in 0..<jobs {
                group.addTask {
                    var done: [(Int, CheckReport)] = []
                    while let index = queue.next() {
                        done.append((index, await examiner.report(on: targets[index])))
                        queue.finishedOne()
                    }
                    return done
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        Terminal.progressDone()
        let sorted = reports.sorted { $0.0 < $1.0 }.map(\.1)
        return CheckRun(
            profile: settings.profile.name, at: settings.time,
            reports: KeyReuse.mark(sorted, profile: settings.profile))
    }
}

/// Hands out the numbers of what is still to do and draws how far it is.
private final class WorkQueue: Sendable {
    private struct State {
        var next = 0
        var done = 0
        var drawnAt = ContinuousClock.now
    }

    private let count: Int
    /// Guards what was handed out and finished.
    private let state = Mutex(State())

    init(count: Int) { self.count = count }

    func next() -> Int? {
        state.withLock { state in
            guard state.next < count else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }

    func finishedOne() {
        guard Terminal.isInteractive, count > 1 else { return }
        let done: Int? = state.withLock { state in
            state.done += 1
            guard state.drawnAt.duration(to: .now) > .milliseconds(100) || state.done == count else { return nil }
            state.drawnAt = .now
            return state.done
        }
        if let done { Terminal.progress(ProgressBar(done: done, of: count).text) }
    }
}

/// `[########            ]  1234 of 3000`.
struct ProgressBar {
    let text: String

    init(done: Int, of count: Int) {
        let filled = count > 0 ? Self.columns * done / count : Self.columns
        let bar = String(repeating: "#", count: filled) + String(repeating: " ", count: Self.columns - filled)
        text = "[\(bar)] \(done) of \(count)"
    }

    private static let columns = 30
}
