// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// The first member of a backup: what else is in it.
package struct BackupManifest: Codable, Sendable, Hashable {
    /// One file of the backup.
    package struct Member: Codable, Sendable, Hashable {
        package let name: String
        /// Octets.
        package let size: Int64
        /// Hexadecimal.
        package let sha256: String
    }

    /// How the master key, without which no key in the backup opens, is kept.
    package enum MasterKey: String, Codable, Sendable {
        /// In the backup, under a password.
        case wrapped
        /// Not in the backup: `keys/master.key` must be kept apart.
        case separate
    }

    /// The layout of the backup, 1.
    package let format: Int
    /// The version of the program that wrote it.
    package let version: String
    /// RFC 3339, UTC.
    package let created: String
    package let masterKey: MasterKey
    package let members: [Member]

    static let format = 1
    static let name = "manifest.json"
    /// Octets; 1,000 keys need 150 KiB.
    static let limit = 1 << 20
}

/// The names that can stand in a backup.
///
/// A name outside this list is never used as a path.
enum BackupMember {
    static let database = "sealwright.db"
    static let rootCertificate = "root.pem"
    static let configuration = "sealwright.yaml"
    /// The names that devices know the server by; without them a restored server would take the machine's own.
    static let hosts = "hosts"
    static let denyList = "deny-list.txt"
    static let masterKey = "master-key.json"
    private static let keyPrefix = "keys/"
    private static let keySuffix = ".sealed"

    /// The name of a key's file, from its name in the `keys` folder; `nil` for a file that is no sealed key.
    static func key(_ file: String) -> String? {
        let name = keyPrefix + file
        return isKey(name) ? name : nil
    }

    /// Whether a name may stand in a backup.
    static func isAllowed(_ name: String) -> Bool {
        [database, rootCertificate, configuration, hosts, denyList, masterKey].contains(name) || isKey(name)
    }

    static func isKey(_ name: String) -> Bool {
        guard name.hasPrefix(keyPrefix), name.hasSuffix(keySuffix) else { return false }
        let file = name.utf8.dropFirst(keyPrefix.utf8.count)
        return (8...80).contains(file.count) && file.first != UInt8(ascii: ".")
            && file.allSatisfy { $0.isWordCharacter || $0 == UInt8(ascii: ".") }
    }
}
