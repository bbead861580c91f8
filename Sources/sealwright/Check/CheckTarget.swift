// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import SealwrightCommandLine
import SealwrightInspection
import SealwrightNetwork

/// Something a check will read or connect to.
enum CheckTarget: Sendable {
    case file(path: String)
    /// A file that was found in a folder, so that nobody said what it is for.
    case found(path: String)
    case server(host: String, port: Int, startTLS: StartTLS?)
    /// A certificate that an installation holds.
    case held(HeldCertificate)
    /// Something that was named or found and cannot be looked at.
    case unusable(name: String, CheckObstacle)

    /// What arguments mean: a file or folder that exists, else a server.
    ///
    /// Who names one subject and mistypes it is told so at once; among several it fails and the others are checked.
    ///
    /// - Returns: the targets in the order of the arguments, files of a folder by their paths.
    static func resolve(
        _ arguments: [String], hostsFile: String?, startTLS: StartTLS?
    ) throws(CommandFailure) -> [CheckTarget] {
        let isAlone = arguments.count == 1 && hostsFile == nil
        var targets: [CheckTarget] = []
        for argument in arguments {
            do throws(CommandFailure) {
                targets +=
                    isFolder(argument)
                    ? CertificateFolder(argument).targets : [try resolve(argument, startTLS: startTLS)]
            } catch {
                guard !isAlone else { throw error }
                let rule: CheckRule = error.status == .notFound ? .unreadable : .notAServer
                targets.append(.unusable(name: argument, CheckObstacle(rule, error.message)))
            }
        }
        if let hostsFile { targets += try hosts(in: hostsFile, startTLS) }
        return targets
    }

    /// What one argument means that is no folder.
    static func resolve(_ argument: String, startTLS: StartTLS?) throws(CommandFailure) -> CheckTarget {
        if argument == "-" || FileManager.default.fileExists(atPath: argument) { return .file(path: argument) }
        if let server = hostAndPort(ofURL: argument) {
            throw CommandFailure(
                .usage, code: "cli.not-a-server",
                "'\(Printable.text(argument, limit: 200))' is a URL, and a server is named as HOST[:PORT]",
                hint: "write \(Printable.text(server, limit: 200))")
        }
        guard !argument.contains("/"), !CertificateFolder.isCertificateName(argument) else {
            throw CommandFailure(.notFound, code: "cli.file-not-found", "cannot read \(argument)")
        }
        if let server = server(argument, startTLS) { return server }
        throw CommandFailure(
            .usage, code: "cli.not-a-server",
            "'\(Printable.text(argument, limit: 200))' is neither a file nor HOST[:PORT]")
    }

    /// Whether a path leads to a folder, itself or by a link.
    static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// The servers of a file; a line that is none is a target that fails and says where it stands.
    private static func hosts(in path: String, _ startTLS: StartTLS?) throws(CommandFailure) -> [CheckTarget] {
        let text = String(decoding: try InputFile.read(path), as: UTF8.self)
        let file = path == "-" ? "standard input" : path
        var targets: [CheckTarget] = []
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        for (index, line) in lines.enumerated() {
            let host = line.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces)
            guard !host.isEmpty else { continue }
            let obstacle = CheckObstacle(.notAServer, "'\(Printable.text(host, limit: 200))' is no HOST[:PORT]")
            targets.append(server(host, startTLS) ?? .unusable(name: "\(file), line \(index + 1)", obstacle))
        }
        return targets
    }

    private static func server(_ text: String, _ startTLS: StartTLS?) -> CheckTarget? {
        HostAndPort(text, defaultPort: HostAndPort.defaultPort(startTLS: startTLS)).map {
            .server(host: $0.host, port: $0.port, startTLS: startTLS)
        }
    }

    /// `www.example.test:8443` of a URL, `nil` for anything else.
    private static func hostAndPort(ofURL text: String) -> String? {
        guard let start = text.firstRange(of: "://")?.upperBound else { return nil }
        let authority = text[start...].prefix { !"/?#".contains($0) }.split(separator: "@").last
        return authority.map(String.init)
    }

    /// How reports name it.
    var name: String {
        switch self {
        case .file("-"): "standard input"
        case .file(let path), .found(let path): path
        case .server(let host, let port, _): "\(host.uriHost):\(port)"
        case .held(let certificate): certificate.serial
        case .unusable(let name, _): name
        }
    }

    /// The same as a URI; files below the working folder stay relative, as code viewers expect.
    var uri: String {
        switch self {
        case .file(let path), .found(let path), .unusable(let path, _):
            let escaped = path.addingPercentEncoding(withAllowedCharacters: Self.pathCharacters) ?? "file"
            return path.hasPrefix("/") ? "file://" + escaped : escaped
        case .server: return "tls://" + name
        case .held(let certificate): return "sealwright:certificate/" + certificate.serial
        }
    }

    private static let pathCharacters: CharacterSet = {
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-._~/")
        return allowed
    }()

    var isServer: Bool { if case .server = self { true } else { false } }
}
