// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting

/// A root and a server's certificate by openssl, as files in a folder of their own.
struct CommandCertificates {
    let folder: String
    var root: String { folder + "/root.crt.txt" }
    var server: String { folder + "/server.pem" }

    /// Makes them; they are gone when the body is over.
    static func with(_ body: (CommandCertificates) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in try await body(CommandCertificates(in: folder)) }
    }

    private init(in folder: String) throws {
        self.folder = folder
        try openssl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "400", "-subj", "/CN=Command Root", "-keyout",
            "root.key", "-out", "root.crt.txt")
        try openssl(
            "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=ns.example.test", "-keyout", "server.key", "-out",
            "server.csr")
        try "subjectAltName=DNS:ns.example.test\nextendedKeyUsage=serverAuth\nkeyUsage=digitalSignature\n"
            .write(toFile: folder + "/server.ext", atomically: true, encoding: .utf8)
        try openssl(
            "x509", "-req", "-in", "server.csr", "-CA", "root.crt.txt", "-CAkey", "root.key", "-CAcreateserial",
            "-days",
            "90", "-sha256", "-extfile", "server.ext", "-out", "server.pem")
    }

    private func openssl(_ arguments: String...) throws {
        try ForeignProgram.succeed("openssl", arguments, in: URL(fileURLWithPath: folder))
    }
}
