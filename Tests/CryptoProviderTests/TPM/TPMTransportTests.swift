// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import SealwrightTesting
import Testing

@Suite("TPM 2.0 Part 1 section 18: commands and responses")
struct TPMResponseTests {
    /// Answers every command with the same octets.
    private struct Parrot: TPMTransport, TPMConnection {
        let response: [UInt8]

        func connect() throws(CryptoError) -> any TPMConnection { self }
        func send(_ command: [UInt8]) throws(CryptoError) -> [UInt8] { response }
    }

    private static func answer(_ code: UInt32, _ more: [UInt8] = []) -> [UInt8] {
        func number(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }
        return [0x80, 0x01] + number(UInt32(10 + more.count)) + number(code) + more
    }

    @Test(arguments: [
        (0x9F as UInt32, TPMError.foreignKey, "crypto.tpm-foreign-key"),
        (0x1DF, .foreignKey, "crypto.tpm-foreign-key"),
        (0x98E, .authorizationFailed, "crypto.tpm-authorization-failed"),
        (0x9A2, .authorizationFailed, "crypto.tpm-authorization-failed"),
        (0x902, .outOfMemory, "crypto.tpm-out-of-memory"), (0x921, .lockedOut, "crypto.tpm-locked-out"),
        (
            0x101, .refused(command: "TPM2_GetCapability", TPMResponseCode(rawValue: 0x101)), "crypto.tpm-refused"
        ),
    ])
    func `a response code is told by what helps`(number: UInt32, error: TPMError, code: String) {
        #expect(throws: CryptoError.tpm(error)) { try TPM(Parrot(response: Self.answer(number))).canHold(.ecP256) }
        #expect(CryptoError.tpm(error).code == code)
    }

    @Test func `parameters that a TPM refuses are kinds of key that it lacks`() throws {
        #expect(try !TPM(Parrot(response: Self.answer(0x1C4))).canHold(.rsa4096))
        #expect(try TPM(Parrot(response: Self.answer(0))).canHold(.rsa4096))
    }

    @Test(arguments: [
        [], [0x80], [UInt8](repeating: 0, count: 10), [0x80, 0x01, 0, 0, 0, 11, 0, 0, 0, 0],
        [0x80, 0x02, 0, 0, 0, 10, 0, 0, 0, 0],
        // One curve too few, another capability, more curves than there are.
        answer(0, [0, 0, 0, 0, 8, 0, 0, 0, 2, 0, 3]), answer(0, [0, 0, 0, 0, 7, 0, 0, 0, 0]),
        answer(0, [0, 0, 0, 0, 8, 0xFF, 0xFF, 0xFF, 0xFF]),
    ])
    func `a malformed response is an error`(response: [UInt8]) {
        do {
            _ = try TPM(Parrot(response: response)).canHold(.ecP256)
            Issue.record("taken")
        } catch {
            guard case .tpm(.malformedResponse) = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test func `no answer of any shape ends the process`() {
        let pieces: [UInt8] = [0, 0, 1, 2, 4, 0x0B, 0x10, 0x23, 0x40, 0xFF]
        let tpm = TPM(
            Babbler { command in
                // A list with P-256 in it, so that the making of a key begins.
                if command.dropFirst(9).first == 0x7A { return Self.answer(0, [0, 0, 0, 0, 8, 0, 0, 0, 1, 0, 3]) }
                let body = (0..<Int.random(in: 0..<96)).map { _ in pieces.randomElement() ?? 0 }
                var response = Self.answer(0, [0x80, 0, 0, 0, 0, 0, 0, UInt8(body.count)] + body)
                response[1] = UInt8.random(in: 1...2)
                return response
            })
        for _ in 0..<2_000 {
            #expect(throws: CryptoError.self) { try tpm.generateKey(.ecP256) }
        }
    }

    /// Answers as a function says.
    private struct Babbler: TPMTransport, TPMConnection {
        let answer: @Sendable ([UInt8]) -> [UInt8]

        func connect() throws(CryptoError) -> any TPMConnection { self }
        func send(_ command: [UInt8]) throws(CryptoError) -> [UInt8] { answer(command) }
    }
}

@Suite("Ways to a TPM", .serialized)
struct TPMTransportTests {
    @Test(.enabled(if: SoftwareTPM.isInstalled))
    func `a Unix socket is a way`() async throws {
        try await withSoftwareTPM(onUnixSocket: true) { swtpm in
            let tpm = try TPM(path: swtpm.socket)
            let file = try tpm.generateKey(.ecP256)
            let signature = try tpm.sign([1, 2], with: file, algorithm: .ecdsa(.sha256))
            #expect(file.publicKey.isValidSignature(signature, of: [1, 2], algorithm: .ecdsa(.sha256)))
        }
    }

    @Test func `what is no device and no socket is unavailable`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("text", "file")
        #expect(throws: CryptoError.tpm(.unavailable(path: path, reason: "neither a character device nor a socket"))) {
            try TPM(path: path)
        }
        #expect(throws: CryptoError.tpm(.unavailable(path: path, reason: "not a character device"))) {
            try TPM(TPMDevice(path: path)).canHold(.ecP256)
        }
        #expect(throws: CryptoError.self) { try TPM(path: folder.path("nothing")) }
        #expect(throws: CryptoError.self) { try TPM(TPMSocket(path: folder.path("nothing"))).canHold(.ecP256) }
        let long = folder.path(String(repeating: "x", count: 200))
        #expect(throws: CryptoError.tpm(.unavailable(path: long, reason: "the path is too long"))) {
            try TPM(TPMSocket(path: long)).canHold(.ecP256)
        }
    }

    /// Writing to a socket that is closed is a signal unless one asks otherwise, and the signal ends the process.
    @Test func `a simulator that closes its socket is unavailable`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("socket")
        let listener = try Self.listener(path)
        let connection = try TPMSocket(path: path).connect()
        close(listener)
        do {
            _ = try connection.send([0x80, 0x01])
            Issue.record("sent")
        } catch {
            guard case .tpm(.unavailable) = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    /// A Unix socket that takes connections and never looks at them.
    private static func listener(_ path: String) throws -> Int32 {
        #if canImport(Glibc)
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #else
        let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8).prefix($0.count - 1)) }
        let bound = withUnsafeBytes(of: address) { octets in
            bind(
                descriptor, octets.assumingMemoryBound(to: sockaddr.self).baseAddress,
                socklen_t(MemoryLayout<sockaddr_un>.size))
        }
        try #require(bound == 0 && listen(descriptor, 1) == 0)
        return descriptor
    }

    /// `/dev/zero` answers with a size of nothing, `/dev/null` with the end, `/dev/full` takes no command.
    @Test(arguments: ["/dev/zero", "/dev/null", "/dev/full"])
    func `a device that is no TPM is found out`(path: String) {
        #expect(throws: CryptoError.self) { try TPM(path: path).canHold(.ecP256) }
    }

    @Test(.enabled(if: SoftwareTPM.isInstalled))
    func `a character device is a way`() async throws {
        try await withSoftwareTPM { swtpm in
            let device = try PseudoDevice(to: TPMSocket(port: swtpm.port))
            let tpm = try TPM(path: device.path)
            let file = try tpm.generateKey(.ecP256)
            let signature = try tpm.sign([1, 2], with: file, algorithm: .ecdsa(.sha256))
            #expect(file.publicKey.isValidSignature(signature, of: [1, 2], algorithm: .ecdsa(.sha256)))
        }
    }
}

/// A character device that stands for a TPM: a pseudoterminal whose other side passes commands on.
private final class PseudoDevice: Sendable {
    let path: String
    private let descriptor: Int32
    /// Kept open so that the terminal does not hang up between two users.
    private let keeper: Int32

    /// TIOCSPTLCK and TIOCGPTN, which Swift does not see.
    private static let (setLock, getNumber) = (UInt(0x4004_5431), UInt(0x8004_5430))

    init(to transport: any TPMTransport) throws {
        descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        var (isLocked, number) = (Int32(0), Int32(0))
        guard descriptor >= 0, ioctl(descriptor, Self.setLock, &isLocked) == 0,
            ioctl(descriptor, Self.getNumber, &number) == 0
        else { throw POSIXError(.ENODEV) }
        path = "/dev/pts/\(number)"
        keeper = open(path, O_RDWR | O_NOCTTY)
        var settings = termios()
        guard tcgetattr(keeper, &settings) == 0 else { throw POSIXError(.ENODEV) }
        cfmakeraw(&settings)
        guard tcsetattr(keeper, TCSANOW, &settings) == 0 else { throw POSIXError(.ENODEV) }
        Thread.detachNewThread { [descriptor] in
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                guard count > 0 else { return }
                guard let answer = try? transport.connect().send(Array(buffer.prefix(count))) else { return }
                guard write(descriptor, answer, answer.count) == answer.count else { return }
            }
        }
    }

    deinit {
        close(keeper)
        close(descriptor)
    }
}
