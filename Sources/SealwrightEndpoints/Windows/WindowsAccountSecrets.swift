// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
package import OMADM
import PKIFormats

/// Whose accounts they are: a device's, as one enrolment of it has them.
package struct WindowsAccount: Hashable, Sendable {
    /// The name of the device.
    package let device: MDEDeviceID
    /// The enrolment, by the certificate that came of it.
    ///
    /// `nil` where a device enrolled before accounts were bound to enrolments.
    package let enrollment: String?

    package init(_ device: MDEDeviceID, enrollment: String?) {
        self.device = device
        self.enrollment = enrollment
    }
}

/// The secrets of the accounts that devices and server name to each other, made from one key and never stored.
///
/// A device that enrols anew gets others: whoever had it before, and kept the document, is nobody then.
///
/// A device's certificate is what counts; these are for the digests that the protocol wants beside it.
///
/// Source: w7 APPLICATION CSP, APPAUTH.
package struct WindowsAccountSecrets: Sendable {
    private let key: [UInt8]

    /// - Parameter key: 32 random octets, the same for the life of the installation.
    package init(key: [UInt8]) { self.key = key }

    /// The credentials of one direction between a device and this server.
    package func account(
        _ level: ApplicationAuthentication.Level, of account: WindowsAccount
    ) -> ApplicationAuthentication {
        ApplicationAuthentication(
            level, name: level == .applicationServer ? account.device.text : nil,
            secret: Base64.encodeURLSafe(code(level, account, "secret")),
            nonce: Array(code(level, account, "nonce").prefix(16)))
    }

    /// Neither a level nor a purpose nor the name of an enrolment holds a white space, so that no two texts are alike.
    private func code(
        _ level: ApplicationAuthentication.Level, _ account: WindowsAccount, _ purpose: String
    ) -> [UInt8] {
        let enrollment = account.enrollment.map { " " + $0 } ?? ""
        let text = "\(level.rawValue):\(purpose):\(account.device.text)" + enrollment
        return DigestAlgorithm.sha256.authenticationCode(Array(text.utf8), key: key)
    }
}
