// SPDX-License-Identifier: Apache-2.0

import OMADM
import PKIFormats

/// Whose nodes, certificates and keys are meant: the device's or one user's.
///
/// `./Device` and `./User` in a LocURI; the user is the one of the session.
///
/// Source: Microsoft, ClientCertificateInstall CSP, "Device or User".
public enum ManagementScope: Hashable, Sendable, Codable {
    /// The whole device.
    case device
    /// A user, by account name.
    case user(String)

    /// Which tree has its nodes.
    var tree: TreeScope {
        switch self {
        case .device: .device
        case .user: .user
        }
    }

    /// The folder of the scope within the agent's folder.
    ///
    /// Names of users are percent-encoded beyond letters, digits, hyphen and underscore, so that none leads elsewhere.
    public var folder: String {
        switch self {
        case .device: "device"
        case .user(let name): "users/" + Self.fileName(name)
        }
    }

    /// Whether the scope can have its folder: the name of a user may be too long for one.
    public var canHaveFolder: Bool {
        folder.split(separator: "/").allSatisfy { $0.utf8.count <= FileTransaction.nameLimit }
    }

    /// A name as the name of a file.
    static func fileName(_ name: String) -> String {
        var text = ""
        for octet in name.utf8 {
            if octet.isWordCharacter {
                text.unicodeScalars.append(Unicode.Scalar(octet))
            } else {
                text += "%" + Hex.encode([octet])
            }
        }
        return text.isEmpty ? "%" : text
    }

    /// The user whose folder has a name.
    ///
    /// - Returns: `nil` when it is none that ``folder`` gives.
    static func userName(ofFolder name: String) -> String? {
        guard let octets = name == "%" ? [] : PercentEncoding.decode(name.utf8) else { return nil }
        guard let user = String(validating: octets, as: UTF8.self), fileName(user) == name else { return nil }
        return user
    }
}
