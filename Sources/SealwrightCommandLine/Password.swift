// SPDX-License-Identifier: Apache-2.0

/// Passwords come from files or standard input only: arguments and the environment are visible to other processes.
package enum Password {
    /// The first line of a file.
    package static func read(_ path: String) throws(CommandFailure) -> String {
        let octets = try InputFile.read(path, limit: 64 << 10)
        let line = String(decoding: octets.prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
        guard !line.isEmpty else {
            throw CommandFailure(
                .usage, code: "cli.password-empty", "\(path) holds no password", hint: "its first line is the password")
        }
        return line
    }

    /// The first line of a file as it is, which may be empty: the password of a file somebody else made.
    package static func octets(_ path: String) throws(CommandFailure) -> [UInt8] {
        Array(try InputFile.read(path, limit: 64 << 10).prefix { $0 != 0x0A && $0 != 0x0D })
    }

    /// A password that will protect something: not a short one.
    package static func new(from path: String) throws(CommandFailure) -> String {
        let password = try read(path)
        guard password.utf8.count >= 12 else {
            throw CommandFailure(
                .usage, code: "cli.password-short", "the password in \(path) has under 12 characters",
                hint: "'openssl rand -base64 24 > \(path)' makes a good one")
        }
        return password
    }
}
