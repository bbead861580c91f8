// SPDX-License-Identifier: Apache-2.0

import SealwrightCommandLine
import SealwrightNetwork
import SealwrightServer

/// The server that another process runs on a folder, once it is ready.
struct RunningServer {
    /// What it printed when it was ready, told as of a server that is there.
    let summary: ServerSummary
    /// The process that serves the folder.
    let processID: Int32

    /// Looks for it, and waits a while for one that is just starting.
    ///
    /// - Returns: `nil` when nobody answers for the folder.
    init?(of folder: DataFolder) async {
        for _ in 0..<Self.attempts {
            if let found = await Self.find(folder) {
                self = found
                return
            }
            try? await Task.sleep(for: .milliseconds(250))
        }
        return nil
    }

    /// A start with new keys takes some seconds; somebody else may hold the lock, such as a restore, and never answer.
    private static let attempts = 40

    private init(_ summary: ServerSummary, at address: ServerAddress) {
        self.summary = summary.found(as: address.processID)
        processID = address.processID
    }

    private static func find(_ folder: DataFolder) async -> RunningServer? {
        guard let address = try? folder.runningAddress(), let summary = ServerSummary(runningIn: folder),
            await isReady(address)
        else { return nil }
        return RunningServer(summary, at: address)
    }

    private static func isReady(_ address: ServerAddress) async -> Bool {
        let host = address.address.uriHost
        guard let url = try? HTTPURL("http://\(host):\(address.httpPort)/readyz") else { return false }
        var limits = HTTPClient.Limits()
        limits.seconds = 5
        let answer = try? await HTTPClient(limits: limits).send(HTTPRequest(method: "GET", url: url))
        return answer?.status == 200
    }
}

extension CommandFailure {
    /// The code by which `up` knows that somebody has the folder.
    static let folderInUseCode = "server.folder-in-use"
}
