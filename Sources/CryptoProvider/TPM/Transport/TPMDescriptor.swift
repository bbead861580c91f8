// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A connection over a file descriptor.
///
/// A response says its own size; what comes in one read from a device may come in several from a socket.
final class TPMDescriptor: TPMConnection {
    private let descriptor: Int32
    private let path: String
    private let isSocket: Bool

    /// Takes a descriptor over.
    init(owning descriptor: Int32, path: String, isSocket: Bool) {
        self.descriptor = descriptor
        self.path = path
        self.isSocket = isSocket
    }

    deinit { close(descriptor) }

    func send(_ command: [UInt8]) throws(CryptoError) -> [UInt8] {
        try write(command)
        var response: [UInt8] = []
        while true {
            response += try read(TPMCommand.byteLimit - response.count)
            guard response.count >= TPMCommand.headerByteCount else { continue }
            var header = TPMReader(response.dropFirst(2).prefix(4))
            let size = Int(try header.uint32())
            guard (TPMCommand.headerByteCount...TPMCommand.byteLimit).contains(size), response.count <= size else {
                throw .tpm(.malformedResponse("a response of \(size) octets"))
            }
            if response.count == size { return response }
        }
    }

    /// Commands go out in one write, as the kernel's driver wants them.
    ///
    /// A simulator that has closed its socket is an error here, not the signal that ends the process.
    private func write(_ command: [UInt8]) throws(CryptoError) {
        var rest = command[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { octets in
                isSocket
                    ? sendOctets(descriptor, octets.baseAddress, octets.count)
                    : writeOctets(descriptor, octets.baseAddress, octets.count)
            }
            guard count > 0 || errno == EINTR else { throw failure(errno) }
            rest = rest.dropFirst(max(count, 0))
        }
    }

    private func read(_ limit: Int) throws(CryptoError) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: limit)
        while true {
            let count = buffer.withUnsafeMutableBytes { readOctets(descriptor, $0.baseAddress, $0.count) }
            guard count != 0 else { throw .tpm(.unavailable(path: path, reason: "the connection was closed")) }
            if count > 0 { return Array(buffer.prefix(count)) }
            guard errno == EINTR else { throw failure(errno) }
        }
    }

    private func failure(_ number: Int32) -> CryptoError {
        number == EAGAIN ? .tpm(.timedOut(seconds: Self.patience)) : .tpmUnavailable(path: path, number)
    }

    /// Seconds that a command may take; making an RSA key with 4096 bits takes minutes in some chips, and the kernel's
    /// driver waits as long.
    static let patience = 300
}

// The methods have the names of the system's calls.
private let writeOctets: @Sendable (Int32, UnsafeRawPointer?, Int) -> Int = { write($0, $1, $2) }
private let sendOctets: @Sendable (Int32, UnsafeRawPointer?, Int) -> Int = { send($0, $1, $2, Int32(MSG_NOSIGNAL)) }
private let readOctets: @Sendable (Int32, UnsafeMutableRawPointer?, Int) -> Int = { read($0, $1, $2) }

extension CryptoError {
    /// A failed system call on the way to a TPM.
    static func tpmUnavailable(path: String, _ number: Int32) -> CryptoError {
        .tpm(.unavailable(path: path, reason: SystemFiles.reason(number)))
    }
}
