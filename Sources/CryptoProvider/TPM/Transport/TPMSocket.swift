// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The data channel of the TPM simulator swtpm: commands and responses follow each other as they are.
///
/// Source: swtpm(8), `--server type=tcp` and `--server type=unixio`.
public struct TPMSocket: TPMTransport {
    private enum Address {
        case port(UInt16)
        case path(String)
    }

    private let address: Address

    /// Names a TCP port of this machine's loopback interface; nothing is opened yet.
    public init(port: UInt16) { address = .port(port) }

    /// Names a Unix socket; nothing is opened yet.
    public init(path: String) { address = .path(path) }

    /// Connects; see ``TPMTransport/connect()``.
    public func connect() throws(CryptoError) -> any TPMConnection {
        switch address {
        case .port(let port):
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            return try Self.connect(AF_INET, address, "127.0.0.1:\(port)")
        case .path(let path):
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            let octets = Array(path.utf8)
            let isCopied = withUnsafeMutableBytes(of: &address.sun_path) { buffer in
                // The closing zero is there already.
                guard octets.count < buffer.count else { return false }
                buffer.copyBytes(from: octets)
                return true
            }
            guard isCopied else { throw .tpm(.unavailable(path: path, reason: "the path is too long")) }
            return try Self.connect(AF_UNIX, address, path)
        }
    }

    private static func connect<Address>(
        _ family: Int32, _ address: Address, _ path: String
    ) throws(CryptoError) -> any TPMConnection {
        let descriptor = socket(family, stream, 0)
        guard descriptor >= 0 else { throw .tpmUnavailable(path: path, errno) }
        let connection = TPMDescriptor(owning: descriptor, path: path, isSocket: true)
        var patience = timeval(tv_sec: TPMDescriptor.patience, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            let result = setsockopt(
                descriptor, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
            guard result == 0 else { throw .tpmUnavailable(path: path, errno) }
        }
        let result = withUnsafeBytes(of: address) { buffer in
            connectSocket(
                descriptor, buffer.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(buffer.count))
        }
        guard result == 0 else { throw .tpmUnavailable(path: path, errno) }
        return connection
    }

    #if canImport(Glibc)
    private static let stream = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    #else
    private static let stream = SOCK_STREAM | SOCK_CLOEXEC
    #endif
}

// The method has the name of the system's call.
private let connectSocket: @Sendable (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32 = { connect($0, $1, $2) }
