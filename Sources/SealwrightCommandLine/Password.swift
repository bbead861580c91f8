// SPDX-License-Identifier: Apache-2.0

/// Passwords come from files or standard input only: arguments and the environment are visible to other processes.
package enum Password {
    /// The first line of a file.
    package static func read(_ path: String) throws(CommandFailure) -> String {
        let line = String(decoding: try octets(path), as: UTF8.self)
        guard !line.isEmpty else {
            throw CommandFailure(
                .usage, code: "cli.password-empty", "\(path) holds no password", hint: "its first line is the password")
        }
        return line
    }

    /// The first line of a file as it is, which may be empty: the password of a file somebody else made.
    ///
    /// The byte order mark that some editors begin a file with is no part of it.
    package static func octets(_ path: String) throws(CommandFailure) -> [UInt8] {
        let octets = try InputFile.read(path, limit: 64 << 10)
        let text = octets.dropFirst(octets.starts(with: byteOrderMark) ? byteOrderMark.count : 0)
        return Array(text.prefix { $0 != 0x0A && $0 != 0x0D })
    }

    /// A password that will protect something: not a short one.
    package static func new(from path: String) throws(CommandFailure) -> String {
        let password = try read(path)
        guard password.unicodeScalars.count >= 12 else {
            throw CommandFailure(
                .usage, code: "cli.password-short", "the password in \(path) has under 12 characters",
                hint: "'openssl rand -base64 24 > \(path)' makes a good one")
        }
        return password
    }

    /// U+FEFF in UTF-8.
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}
