// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import SealwrightCommandLine
import SealwrightInspection

/// Something a check will read or connect to.
enum CheckTarget: Sendable {
    case file(path: String)
    /// A file that was found in a folder, so that nobody said what it is for.
    case found(path: String)
    case server(host: String, port: Int, startTLS: String?)
    /// A certificate that an installation holds.
    case held(serial: String, pem: String)

    /// What arguments mean: a file or folder that exists, else a server.
    ///
    /// - Returns: the targets in the order of the arguments, files of a folder by their paths.
    static func resolve(
        _ arguments: [String], hostsFile: String?, startTLS: String?
    ) throws(CommandFailure) -> [CheckTarget] {
        var targets: [CheckTarget] = []
        for argument in arguments { targets += try target(argument, startTLS) }
        if let hostsFile {
            let text = String(decoding: try InputFile.read(hostsFile), as: UTF8.self)
            for line in text.split(whereSeparator: \.isNewline) {
                let host = line.prefix { $0 != "#" }.filter { !$0.isWhitespace }
                if !host.isEmpty { targets.append(try server(String(host), startTLS)) }
            }
        }
        return targets
    }

    private static func target(_ argument: String, _ startTLS: String?) throws(CommandFailure) -> [CheckTarget] {
        var isFolder: ObjCBool = false
        if argument == "-" { return [.file(path: argument)] }
        if FileManager.default.fileExists(atPath: argument, isDirectory: &isFolder) {
            return isFolder.boolValue
                ? CertificateFolder(argument).files.map { .found(path: $0) } : [.file(path: argument)]
        }
        guard !argument.contains("/"), !CertificateFolder.isCertificateName(argument) else {
            throw CommandFailure(.notFound, code: "cli.file-not-found", "cannot read \(argument)")
        }
        return [try server(argument, startTLS)]
    }

    private static func server(_ text: String, _ startTLS: String?) throws(CommandFailure) -> CheckTarget {
        guard let endpoint = HostAndPort(text, defaultPort: HostAndPort.defaultPort(startTLS: startTLS)) else {
            throw CommandFailure(
                .usage, code: "cli.not-a-server",
                "'\(Printable.text(text, limit: 200))' is neither a file nor HOST[:PORT]")
        }
        return .server(host: endpoint.host, port: endpoint.port, startTLS: startTLS)
    }

    /// How reports name it.
    var name: String {
        switch self {
        case .file("-"): "standard input"
        case .file(let path), .found(let path): path
        case .server(let host, let port, _): "\(host.contains(":") ? "[\(host)]" : host):\(port)"
        case .held(let serial, _): serial
        }
    }

    /// The same as a URI; files below the working folder stay relative, as code viewers expect.
    var uri: String {
        switch self {
        case .file(let path), .found(let path):
            let escaped = path.addingPercentEncoding(withAllowedCharacters: Self.pathCharacters) ?? "file"
            return path.hasPrefix("/") ? "file://" + escaped : escaped
        case .server: return "tls://" + name
        case .held(let serial, _): return "sealwright:certificate/" + serial
        }
    }

    private static let pathCharacters: CharacterSet = {
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-._~/")
        return allowed
    }()

    var isServer: Bool { if case .server = self { true } else { false } }
}

/// A host and a port as people write them: `host`, `host:443`, `192.0.2.1:443`, `[2001:db8::1]:443`.
struct HostAndPort {
    let host: String
    let port: Int

    init?(_ text: String, defaultPort: Int = 443) {
        var rest = text[...]
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]") else { return nil }
            host = String(rest[rest.index(after: rest.startIndex)..<end])
            rest = rest[rest.index(after: end)...]
        } else if rest.filter({ $0 == ":" }).count > 1 {
            host = text
            rest = ""
        } else {
            host = String(rest.prefix { $0 != ":" })
            rest = rest.dropFirst(host.count)
        }
        guard !host.isEmpty, host.utf8.count <= 253, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            return nil
        }
        if rest.isEmpty {
            port = defaultPort
        } else {
            guard rest.first == ":", let number = Int(rest.dropFirst()), (1...65_535).contains(number) else {
                return nil
            }
            port = number
        }
    }

    /// The port on which a protocol that begins in the clear is usually reached.
    static func defaultPort(startTLS: String?) -> Int {
        switch startTLS?.lowercased() {
        case "smtp": 587
        case "imap": 143
        case "pop3": 110
        case "ftp": 21
        case "ldap": 389
        case "xmpp": 5_222
        case "postgres": 5_432
        case "mysql": 3_306
        default: 443
        }
    }
}

/// A folder with certificates, and the folders in it.
struct CertificateFolder {
    private let path: String

    init(_ path: String) { self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path }

    /// The files whose names say that they hold certificates, sorted by their paths.
    var files: [String] {
        guard let entries = FileManager.default.enumerator(atPath: path) else { return [] }
        var found: [String] = []
        for case let entry as String in entries where Self.isCertificateName(entry) {
            guard entries.fileAttributes?[.type] as? FileAttributeType == .typeRegular else { continue }
            found.append(path + "/" + entry)
        }
        return found.sorted()
    }

    static func isCertificateName(_ name: String) -> Bool {
        guard let dot = name.lastIndex(of: ".") else { return false }
        return endings.contains(name[name.index(after: dot)...].lowercased())
    }

    private static let endings: Set<String> = [
        "pem", "crt", "cer", "cert", "der", "p7b", "p7c", "spc", "pfx", "p12",
    ]
}
