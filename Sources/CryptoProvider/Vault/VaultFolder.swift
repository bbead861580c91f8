// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The files of a vault: private to one user, written whole or not at all.
struct VaultFolder: Sendable {
    private let path: String

    /// Opens the folder, making it when asked to; its parent must exist.
    init(path: String, createIfMissing: Bool) throws(CryptoError) {
        self.path = path
        if createIfMissing {
            if mkdir(path, 0o700) == 0 {
                try Self.flush(path + "/..")
            } else if errno != EEXIST {
                throw .file(path: path, errno: errno)
            }
        }
        var status = stat()
        guard stat(path, &status) == 0 else { throw .file(path: path, errno: errno) }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw .file(path: path, reason: "not a folder") }
        guard status.st_mode & 0o077 == 0 else {
            throw .unsafePermissions(path: path, hint: "run: chmod 700 \(path)")
        }
    }

    func path(of name: String) -> String { path + "/" + name }

    func contains(_ name: String) -> Bool { access(path(of: name), F_OK) == 0 }

    /// The contents of a file, `nil` when there is none.
    func contents(of name: String) throws(CryptoError) -> [UInt8]? {
        try Self.contents(ofFile: path(of: name), forbidden: 0o077)
    }

    /// The contents of a service credential, `nil` when there is none.
    ///
    /// systemd gives a service's user access by an access control list, which shows as permission of the group;
    /// so only access for everyone is refused.
    static func readCredential(_ name: String, in directory: String) throws(CryptoError) -> [UInt8]? {
        try contents(ofFile: directory + "/" + name, forbidden: 0o007)
    }

    /// Writes a new file, which is then there, complete and on disk, or not at all; an existing one is an error.
    func create(_ name: String, _ contents: [UInt8]) throws(CryptoError) {
        let temporary = path(of: ".\(name).\(SecureRandom.bytes(8).map { String($0, radix: 16) }.joined()).tmp")
        defer { unlink(temporary) }
        try Self.createFile(temporary, contents)
        // A second name and not a renaming, since that would replace an existing file.
        guard link(temporary, path(of: name)) == 0 else { throw .file(path: path(of: name), errno: errno) }
        try Self.flush(path)
    }

    /// Deletes a file; whether there was one.
    func remove(_ name: String) throws(CryptoError) -> Bool {
        guard unlink(path(of: name)) == 0 else {
            guard errno == ENOENT else { throw .file(path: path(of: name), errno: errno) }
            return false
        }
        try Self.flush(path)
        return true
    }

    /// The names of all files, without hidden ones, in no order.
    func names() throws(CryptoError) -> [String] {
        guard let names = SystemFiles.names(in: path) else { throw .file(path: path, errno: errno) }
        return names.filter { !$0.hasPrefix(".") }
    }

    /// Makes new names in a folder last.
    private static func flush(_ path: String) throws(CryptoError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .file(path: path, errno: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .file(path: path, errno: errno) }
    }

    private static func contents(ofFile path: String, forbidden: mode_t) throws(CryptoError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            guard errno == ENOENT else { throw .file(path: path, errno: errno) }
            return nil
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .file(path: path, errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .file(path: path, reason: "not a file") }
        guard status.st_mode & forbidden == 0 else {
            throw .unsafePermissions(path: path, hint: "run: chmod 600 \(path)")
        }
        guard (0...maximumByteCount).contains(Int(status.st_size)) else {
            throw .file(path: path, reason: "larger than \(maximumByteCount) octets")
        }
        return try contents(of: descriptor, path: path)
    }

    private static func contents(of descriptor: Int32, path: String) throws(CryptoError) -> [UInt8] {
        var contents = [UInt8](repeating: 0, count: maximumByteCount)
        defer { SecretBytes.wipe(&contents) }
        var length = 0
        while length < contents.count {
            let count = contents.withUnsafeMutableBytes { buffer in
                read(descriptor, buffer.baseAddress?.advanced(by: length), buffer.count - length)
            }
            if count == 0 { break }
            guard count > 0 || errno == EINTR else { throw .file(path: path, errno: errno) }
            length += max(count, 0)
        }
        return Array(contents.prefix(length))
    }

    private static func createFile(_ path: String, _ contents: [UInt8]) throws(CryptoError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .file(path: path, errno: errno) }
        defer { close(descriptor) }
        guard SystemFiles.writeAll(contents, to: descriptor) else { throw .file(path: path, errno: errno) }
        guard fsync(descriptor) == 0 else { throw .file(path: path, errno: errno) }
    }

    /// Larger than the largest sealed RSA key by far.
    private static let maximumByteCount = 64 * 1024
}

extension CryptoError {
    /// A failed system call on a file.
    fileprivate static func file(path: String, errno: Int32) -> CryptoError {
        .file(path: path, reason: SystemFiles.reason(errno))
    }
}
