// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// What SIGHUP does to a server.
package enum HangUp: Sendable, Equatable {
    /// It ends, as by SIGTERM: the terminal that it was started from has gone.
    case ends
    /// It goes on and says so: without a terminal somebody sent the signal, who wants the settings to be read anew.
    case isTold
    /// Nothing is done about it; whoever started the server, such as `nohup`, had the signal ignored.
    case passesBy

    /// What is right for this process, as it was started.
    package static var ofThisProcess: HangUp { HangUp(isIgnored: isIgnored, hasTerminal: hasTerminal) }

    init(isIgnored: Bool, hasTerminal: Bool) {
        self = isIgnored ? .passesBy : hasTerminal ? .ends : .isTold
    }

    private static var isIgnored: Bool {
        var action = sigaction()
        guard sigaction(SIGHUP, nil, &action) == 0 else { return false }
        // SIG_IGN is the number 1 in the shape of a function.
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }

    private static var hasTerminal: Bool {
        let terminal = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC)
        guard terminal >= 0 else { return false }
        close(terminal)
        return true
    }
}

/// Says that SIGHUP changes nothing.
struct HangUpService: Service {
    private let signals: UnixSignalsSequence
    private let logger: Logger

    /// Takes the signal away from the system, which would end the process, before anybody hears that the server is ready.
    init(logger: Logger) async {
        signals = await UnixSignalsSequence(trapping: .sighup)
        self.logger = logger
    }

    func run() async throws {
        for await _ in signals.cancelOnGracefulShutdown() {
            logger.notice("SIGHUP changes nothing: settings are read at start")
        }
    }
}
