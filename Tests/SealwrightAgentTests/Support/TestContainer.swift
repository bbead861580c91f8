// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightAgent

/// A container for keys, made once: its key pair takes time.
enum TestContainer {
    static let name = "vpn"
    static let pin = "739154"

    private static let made = Result {
        try KeyContainer(named: name, pin: ContainerPIN(choosing: pin), pool: TestAgent.pool, at: TestAgent.now)
    }

    /// Puts the container where the device and a user have theirs.
    static func provision(_ files: any FileAccess, for scopes: [ManagementScope] = [.device, .user("alice")]) throws {
        for scope in scopes { try containers(files).keep(made.get(), in: scope) }
    }

    static func containers(_ files: any FileAccess) -> KeyContainers {
        KeyContainers(files: files, in: KeyContainers.folder)
    }

    static func reference(_ scope: ManagementScope = .device) throws -> ContainerReference {
        try ContainerReference(scope, name)
    }

    /// Opens the container and takes out the keys it has.
    static func contents(
        _ agent: TestAgent, _ files: any FileAccess, _ scope: ManagementScope = .device,
        pin: String = TestContainer.pin,
        at now: Timestamp = TestAgent.now
    ) throws -> ContainerKey.Contents {
        let reference = try reference(scope)
        let key = try containers(files).open(reference, pin: pin, pool: TestAgent.pool, at: now)
        return try key.keys(of: reference, in: agent.store.state, files)
    }
}

/// Looks for a private key in the clear.
struct KeyHunt {
    private let numbers: [[UInt8]]

    init(_ material: PrivateKeyMaterial) {
        switch material {
        case .rsa(let key): numbers = [key.d, key.p, key.q]
        case .ec(_, let scalar, _): numbers = [scalar]
        case .ed25519(let seed): numbers = [seed]
        }
    }

    /// The files of a disk that hold a number of the key: as it is, or in Base64, in lines and in JSON too.
    func findings(in files: MemoryFiles) -> [String] {
        files.nodes.compactMap { path, node in
            guard case .file(let contents, _) = node else { return nil }
            return isIn(contents) ? path : nil
        }.sorted()
    }

    func isIn(_ contents: [UInt8]) -> Bool {
        let text = String(decoding: contents.filter { $0 != 0x0A && $0 != 0x0D && $0 != 0x5C }, as: UTF8.self)
        return numbers.contains { number in
            // Numbers may have lost leading zeros; the middle of them is enough and is in Base64 at one of three offsets.
            let middle = Array(number.dropFirst(2).prefix(24))
            if contents.contains(middle) { return true }
            return (0..<3).contains { offset in text.contains(Base64.encode(Array(middle.dropFirst(offset).prefix(18))))
            }
        }
    }
}
