// SPDX-License-Identifier: Apache-2.0

/// A way to a TPM.
///
/// A connection is opened for each use and closed behind it: the kernel's resource manager then forgets what was loaded,
/// and a simulator that serves one client at a time is free for the next.
public protocol TPMTransport: Sendable {
    /// Opens a connection.
    ///
    /// - Throws: ``TPMError/unavailable(path:reason:)``.
    func connect() throws(CryptoError) -> any TPMConnection
}

/// An open connection to a TPM, closed when the last reference goes away.
public protocol TPMConnection {
    /// Sends one command and waits for its response.
    ///
    /// - Parameter command: the whole command, at most 4096 octets.
    /// - Returns: the whole response, at most 4096 octets.
    /// - Throws: ``TPMError/unavailable(path:reason:)``, ``TPMError/timedOut(seconds:)``,
    ///   ``TPMError/malformedResponse(_:)`` for a response whose size is wrong.
    func send(_ command: [UInt8]) throws(CryptoError) -> [UInt8]
}
