// SPDX-License-Identifier: Apache-2.0

import Foundation
import SCEP
import SealwrightCommandLine

/// A transaction on disk that is not over.
struct SCEPState: Codable {
    let url: String
    let usesPost: Bool
    let transaction: ClientTransaction
    /// `nil` where an older program wrote it.
    var files: Files?

    /// Where keys and certificate of a pending request are, as absolute paths.
    struct Files: Codable {
        /// The key that was asked a certificate for.
        var key: String
        /// Where that key goes when the certificate is here; `nil` where it is.
        var keyDestination: String?
        /// Where the certificate goes.
        var certificate: String
        /// The key of the certificate that is renewed.
        var oldKey: String?

        init(key: String, keyDestination: String? = nil, certificate: String, oldKey: String? = nil) {
            func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
            self.key = absolute(key)
            self.keyDestination = keyDestination.map(absolute)
            self.certificate = absolute(certificate)
            self.oldKey = oldKey.map(absolute)
        }
    }
}

extension SCEPState {
    /// Whether a file holds a request that waits for approval.
    static func isPending(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path) && (try? read(path))?.transaction.isPending ?? false
    }

    static func read(_ path: String) throws(CommandFailure) -> SCEPState {
        let bytes = try InputFile.read(path, limit: 4 << 20)
        do {
            return try JSONDecoder().decode(SCEPState.self, from: Data(bytes))
        } catch {
            throw CommandFailure(.usage, code: "cli.not-a-state", "\(path) holds no pending SCEP request")
        }
    }
}
