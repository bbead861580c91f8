// SPDX-License-Identifier: Apache-2.0

/// One container for keys: its name, and whose it is.
///
/// Source: Microsoft, ClientCertificateInstall CSP, "ContainerName".
public struct ContainerReference: Hashable, Sendable, Codable {
    /// The device's container or a user's.
    public let scope: ManagementScope
    /// The name as ContainerName has it; letter case counts.
    public let name: String

    /// Names a container.
    ///
    /// - Throws: ``ContainerError/nameRefused`` unless the name has 1 to 64 octets of UTF-8 without control characters.
    public init(_ scope: ManagementScope, _ name: String) throws(ContainerError) {
        guard (1...Self.nameLimit).contains(name.utf8.count),
            name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        else { throw .nameRefused }
        self.scope = scope
        self.name = name
    }

    /// Octets of a name: each may become three in the name of a file, which has 255 at most.
    private static let nameLimit = 64

    /// The name as a path below a folder of containers, without an ending.
    var path: String { scope.folder + "/" + ManagementScope.fileName(name) }
}
