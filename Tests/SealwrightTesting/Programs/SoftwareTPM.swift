// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// A TPM simulator, swtpm, in a folder of its own, on ports of this machine or on a Unix socket.
package final class SoftwareTPM: Sendable {
    /// Whether to run tests that need the program.
    package static var isInstalled: Bool { ForeignProgram.areExpected("swtpm") }
    /// Whether to run tests that need OpenSSL's provider and the TPM's own tools too.
    package static var hasJudges: Bool { ForeignProgram.areExpected("swtpm", "openssl", "tpm2_getcap") }

    /// The port of the data channel; 0 with a Unix socket.
    package let port: UInt16
    /// The path of the Unix socket.
    package var socket: String { folder.path("s") }

    private let folder: TemporaryFolder
    private let program: ForeignProgram

    /// Starts a new TPM and waits until it takes connections.
    package init(onUnixSocket: Bool = false) async throws {
        folder = try TemporaryFolder()
        // The tools of others expect the control channel on the port behind that of the data channel.
        port = onUnixSocket ? 0 : UInt16(clamping: try FreePort.pair())
        let channels =
            onUnixSocket
            ? ["--server", "type=unixio,path=\(folder.path("s"))"]
            : ["--server", "type=tcp,port=\(port)", "--ctrl", "type=tcp,port=\(port + 1)"]
        program = try ForeignProgram(
            "swtpm",
            ["socket", "--tpm2", "--tpmstate", "dir=\(folder.path)", "--flags", "not-need-init,startup-clear"]
                + channels)
        guard try await eventually({ isListening(onUnixSocket) || !program.isRunning }), program.isRunning else {
            throw ForeignProgram.Failure.failed(try await program.result(within: 1))
        }
    }

    /// What other programs find this TPM by.
    package var environment: [String: String] {
        let tcti = "swtpm:host=127.0.0.1,port=\(port)"
        return ["TPM2TOOLS_TCTI": tcti, "TPM2OPENSSL_TCTI": tcti, "TSS2_LOG": "all+NONE"]
    }

    /// Runs a program on this TPM; its result, however it ended.
    package func run(_ name: String, _ arguments: [String], in folder: URL? = nil) async throws -> ForeignProgram.Result
    {
        try await ForeignProgram(name, arguments, in: folder, environment: environment).result()
    }

    /// Ends the program.
    package func stop() async { await program.stop() }

    /// Looks without connecting, which would take the one place for a client.
    private func isListening(_ onUnixSocket: Bool) -> Bool {
        if onUnixSocket { return FileManager.default.fileExists(atPath: socket) }
        let listening = String(port, radix: 16, uppercase: true)
        let digits = String(repeating: "0", count: max(0, 4 - listening.count)) + listening
        let table = (try? String(contentsOfFile: "/proc/net/tcp", encoding: .utf8)) ?? ""
        return table.split(separator: "\n").contains { $0.contains(":\(digits) 00000000:0000 0A") }
    }
}

/// Lends a new TPM.
@discardableResult
package func withSoftwareTPM<T>(
    onUnixSocket: Bool = false, _ body: (SoftwareTPM) async throws -> T
) async throws -> T {
    let tpm = try await SoftwareTPM(onUnixSocket: onUnixSocket)
    let result: Result<T, any Error>
    do { result = .success(try await body(tpm)) } catch { result = .failure(error) }
    await tpm.stop()
    return try result.get()
}
