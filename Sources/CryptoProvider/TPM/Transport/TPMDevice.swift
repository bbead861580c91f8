// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The character device of a TPM: a command is one write, its response one read.
///
/// `/dev/tpmrm0` is the kernel's resource manager, by which several programs use the TPM at once; with `/dev/tpm0` one
/// program has it alone.
///
/// Source: Linux, Documentation/security/tpm.
public struct TPMDevice: TPMTransport {
    /// The resource manager of the first TPM.
    public static let defaultPath = "/dev/tpmrm0"

    private let path: String

    /// Names the device; nothing is opened yet.
    public init(path: String = Self.defaultPath) { self.path = path }

    /// Opens the device; see ``TPMTransport/connect()``.
    public func connect() throws(CryptoError) -> any TPMConnection {
        let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw .tpmUnavailable(path: path, errno) }
        let connection = TPMDescriptor(owning: descriptor, path: path, isSocket: false)
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .tpmUnavailable(path: path, errno) }
        guard status.st_mode & S_IFMT == S_IFCHR else {
            throw .tpm(.unavailable(path: path, reason: "not a character device"))
        }
        return connection
    }
}
