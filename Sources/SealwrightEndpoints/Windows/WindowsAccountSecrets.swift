// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
package import OMADM
import PKIFormats

/// The secrets of the accounts that devices and server name to each other, made from one key and never stored.
///
/// A device's certificate is what counts; these are for the digests that the protocol wants beside it.
///
/// Source: w7 APPLICATION CSP, APPAUTH.
package struct WindowsAccountSecrets: Sendable {
    private let key: [UInt8]

    /// - Parameter key: 32 random octets, the same for the life of the installation.
    package init(key: [UInt8]) { self.key = key }

    /// The credentials of one direction between a device and this server.
    package func account(_ level: ApplicationAuthentication.Level, of device: MDEDeviceID) -> ApplicationAuthentication
    {
        ApplicationAuthentication(
            level, name: level == .applicationServer ? device.text : nil,
            secret: Base64.encodeURLSafe(code(level, device, "secret")),
            nonce: Array(code(level, device, "nonce").prefix(16)))
    }

    private func code(
        _ level: ApplicationAuthentication.Level, _ device: MDEDeviceID, _ purpose: String
    ) -> [UInt8] {
        DigestAlgorithm.sha256.authenticationCode(Array("\(level.rawValue):\(purpose):\(device.text)".utf8), key: key)
    }
}
