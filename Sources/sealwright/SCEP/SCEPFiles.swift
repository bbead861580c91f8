// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import PKIFormats
import SCEP
import SealwrightCommandLine

/// The files and habits that enrolment, renewal and polling share.
struct SCEPFiles: ParsableArguments {
    @Option(name: .long, help: "The private key's file. (default: <CN>.key)")
    var keyOut: String?

    @Option(name: .long, help: "The certificate's file. (default: <CN>.pem)")
    var certOut: String?

    @Option(
        name: .long, help: "Where a request that is not over is remembered. (default: <certificate file>.pending)")
    var state: String?

    @Option(name: .long, help: "Seconds between polls while the request is pending.")
    var pollInterval = 60

    @Option(name: .long, help: "How often to poll at most, 0 for never; without it until an answer comes.")
    var pollCount: Int?

    @Flag(name: .long, help: "Leave at once when the request is pending.")
    var noWait = false

    @Flag(name: .long, help: "Overwrite existing files.")
    var force = false

    func validate() throws {
        guard (1...Self.longestInterval).contains(pollInterval) else {
            throw ValidationError("--poll-interval is 1 to \(Self.longestInterval) seconds")
        }
        guard pollCount ?? 0 >= 0 else { throw ValidationError("--poll-count is 0 or more") }
    }

    /// A week in seconds.
    private static let longestInterval = 604_800

    /// `laptop-7` of `CN=laptop-7`, with only characters that are safe in a file's name.
    static func stem(_ subject: DistinguishedName) -> String {
        let name = subject.commonName ?? "device"
        let safe = name.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "_" }
        return String(safe).hasPrefix(".") ? "device" : String(safe.prefix(64))
    }

    func key(_ subject: DistinguishedName) -> String { keyOut ?? Self.stem(subject) + ".key" }
    func certificate(_ subject: DistinguishedName) -> String { certOut ?? Self.stem(subject) + ".pem" }

    /// A key that exists is never overwritten by accident: it may be the only way into something.
    func checkFree(_ path: String) throws(CommandFailure) {
        guard !force, FileManager.default.fileExists(atPath: path) else { return }
        throw CommandFailure(
            .conflict, code: "cli.file-exists", "\(path) exists",
            hint: "choose another name, use 'sealwright scep renew', or overwrite it with --force")
    }

    /// Refuses files that cannot take what they are for, before anything is asked for.
    ///
    /// Of two things that go into one file the first is lost, and that is the key.
    ///
    /// - Parameters:
    ///   - key: the file that a new key will be written to.
    ///   - written: the other files that will be written.
    ///   - kept: a key that stays as it is.
    /// - Throws: ``CommandFailure`` that names the file.
    static func checkDestinations(
        key: String? = nil, _ written: [String?], beside kept: String? = nil
    ) throws(CommandFailure) {
        if let path = OutputFile.repeated([kept, key] + written) {
            throw CommandFailure(
                .usage, code: "cli.usage", "\(path) is to hold two things, and the key would be lost",
                hint: "give the key, the certificate and what else is written a file each: --key-out, --cert-out")
        }
        if let key { try OutputFile.checkWritable(key, isPrivate: true) }
        for path in written.compactMap({ $0 }) { try OutputFile.checkWritable(path) }
    }

    /// How these options poll.
    var polling: Polling { Polling(delay: Int64(pollInterval), count: pollCount) }

    /// The file a request is remembered in.
    func stateFile(for certificate: String) -> String { state ?? certificate + ".pending" }

    /// A request that is not over is not begun anew by accident: its key may be certified any time.
    func checkNotUnderWay(_ certificate: String) throws(CommandFailure) {
        let file = stateFile(for: certificate)
        guard !force, FileManager.default.fileExists(atPath: file) else { return }
        throw CommandFailure(
            .conflict, code: "cli.file-exists", "\(file) holds a request that is not over",
            hint: "go on with 'sealwright scep poll --state \(file)', or begin anew with --force")
    }
}
