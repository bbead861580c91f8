// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import Hummingbird
import NIOCore
import PKIFormats

/// `/api/v1/backup`: a backup of the running server, as a file.
struct BackupAPI: Sendable {
    let middle: Middle

    func add(to router: some RouterMethods<ListenerContext>) {
        router.post("backup") { request, _ in try await backup(request) }
    }

    private struct BackupRequest: Codable {
        /// Wraps the master key into the backup; without it the master key stays out.
        var password: String?
    }

    private func backup(_ request: Request) async throws -> Response {
        let wish = try await request.json(BackupRequest.self)
        if let password = wish.password { try ProblemDocument.demandLong(password: password) }
        let path = middle.folder.path + "/backup-\(Hex.encode(SecureRandom.bytes(8))).tar.tmp"
        do {
            _ = try await Backup(of: middle.folder, store: middle.store, clock: middle.clock)
                .write(to: path, password: wish.password)
        } catch {
            throw ProblemDocument(
                code: error.code, status: .serviceUnavailable, detail: error.description, hint: error.hint)
        }
        return try Self.stream(path)
    }

    /// Sends a file that has no name any more: however the sending ends, nothing is left.
    private static func stream(_ path: String) throws -> Response {
        defer { try? FileManager.default.removeItem(atPath: path) }
        guard let handle = FileHandle(forReadingAtPath: path), let size = try? handle.seekToEnd(),
            let length = Int(exactly: size)
        else {
            throw ProblemDocument(
                code: "backup.cannot-write", status: .serviceUnavailable, detail: "the backup cannot be read back")
        }
        try handle.seek(toOffset: 0)
        let body = ResponseBody(contentLength: length) { writer in
            while let chunk = try handle.read(upToCount: FileChunks.size), !chunk.isEmpty {
                try await writer.write(ByteBuffer(bytes: chunk))
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [.contentType: "application/x-tar", .cacheControl: "no-store", .contentLength: String(length)],
            body: body)
    }
}
