// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import Logging
import SealwrightCommandLine
import SealwrightCore
import SealwrightServer

/// What `up`, `serve` and `init` have in common: settings, logger, middle.
struct ServerRun {
    let folder: DataFolder
    let flags: ListenerFlags
    let json: Bool

    /// Opens the folder and serves until a signal.
    ///
    /// - Parameter hierarchy: what is made in a new folder; `nil` to make none.
    /// - Throws: ``CommandFailure``.
    func run(hierarchy: HierarchyChoice?) async throws(CommandFailure) {
        let isNew = !folder.isInitialized
        let middle = try await open(hierarchy, listens: true)
        let asJSON = json
        // Of a server that ended without its own doing.
        try? FileManager.default.removeItem(atPath: folder.summary)
        do {
            try await Server(middle).run(hangUp: .ofThisProcess) { _ in
                let summary = ServerSummary(middle, isNew: isNew)
                // For the next 'up'; without the file it is refused instead of told.
                try? middle.folder.write(JSONText.of(summary), to: middle.folder.summary, isPrivate: false)
                Terminal.announcement(asJSON ? JSONText.of(summary) : summary.text())
            }
        } catch {
            throw CommandFailure(error)
        }
    }

    /// Opens the folder, making what is missing.
    ///
    /// - Parameters:
    ///   - asked: what is made in a new folder, unless something else was begun there; `nil` to make none.
    ///   - listens: whether it is served at once.
    /// - Returns: what serves.
    /// - Throws: ``CommandFailure``.
    func open(
        _ asked: HierarchyChoice?, listens: Bool = false
    ) async throws(CommandFailure) -> Middle {
        do throws(ServerError) {
            var configuration = try await ServerConfiguration.load(
                flags: flags.settings, file: flags.config ?? folder.configurationIfPresent,
                knownHosts: folder.knownHosts)
            try configuration.choosePort(for: folder)
            var choice: HierarchyChoice?
            if let asked { choice = try folder.settled(asked) }
            if !folder.isInitialized {
                if case .restoreUnfinished = folder.absence { throw folder.absence }
                // The port of plain HTTP stands in the authorities' certificates for as long as they live.
                if listens, case .notInitialized = folder.absence { try Server.demandPorts(configuration) }
                if let name = configuration.unreachableName {
                    Terminal.error(
                        "sealwright: note: certificates will name \(Table.printable(name)) as the place of CRL and "
                            + "OCSP, the authority's own for as long as it lives, and other machines cannot reach it; to "
                            + "change it, begin anew in another folder with --host and the name devices use")
                }
                Terminal.progress("making keys …")
                if case .notInitialized = folder.absence {
                    // Before what names them, so that who goes on after an interruption gives no others.
                    try folder.create()
                    try folder.remember(configuration)
                }
            }
            // So too what was asked of the authorities.
            if let choice, folder.awaitsHierarchy { try folder.begin(choice) }
            let middle = try await Middle.open(
                folder, configuration: configuration, hierarchy: choice?.options,
                raKey: choice?.firstRAKey ?? .rsa2048,
                acceptsClock: flags.acceptClock, logger: logger(configuration))
            Terminal.progressDone()
            try folder.remember(configuration)
            return middle
        } catch {
            Terminal.progressDone()
            throw CommandFailure(error)
        }
    }

    private func logger(_ configuration: ServerConfiguration) -> Logger {
        Logger(label: "sealwright") { label in
            ServerLogHandler(label: label, level: configuration.logLevel, format: configuration.logFormat)
        }
    }
}

extension CommandFailure {
    /// A server that cannot start, with the exit status the fault deserves.
    init(_ error: ServerError) {
        let status: ExitStatus =
            switch error {
            case .notInitialized, .halfInitialized: .notFound
            case .begunOtherwise, .alreadyInitialized, .databaseLost, .restoreUnfinished, .folderInUse: .conflict
            case .configuration(.unreadable(let path, _)) where !FileManager.default.fileExists(atPath: path): .notFound
            case .configuration, .noHostName: .usage
            case .dataFolder, .cannotListen, .store, .keys(.file): .unavailable
            case .keys, .unreadableFolder: .refused
            case .backup(.notFound), .backup(.masterKeyMissing): .notFound
            case .backup(.wrongPassword): .refused
            case .backup(.targetNotEmpty), .backup(.exists): .conflict
            case .backup(.cannotWrite): .unavailable
            case .backup: .bad
            case .other("authority.key-type-not-allowed", _): .usage
            case .other("server.no-tls-certificate", _): .unavailable
            case .other: .internalError
            }
        self.init(status, code: error.code, error.description, hint: error.hint)
    }
}
