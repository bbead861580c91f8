// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider
import Foundation
package import SealwrightCore

/// What somebody asked of the authorities of a new server; what is `nil` was left to it.
///
/// It lies in the data folder until they are made, so that whoever goes on after an interruption makes no others.
package struct HierarchyChoice: Codable, Sendable, Hashable {
    package var name: String?
    package var rootKey: KeyType?
    package var issuingKey: KeyType?
    /// The key of the SCEP RA.
    package var raKey: KeyType?
    /// Whether the issuing authority's key does the RA's work instead.
    package var sharesRAKey: Bool?

    package init(
        name: String? = nil, rootKey: KeyType? = nil, issuingKey: KeyType? = nil, raKey: KeyType? = nil,
        sharesRAKey: Bool? = nil
    ) {
        self.name = name
        self.rootKey = rootKey
        self.issuingKey = issuingKey
        self.raKey = raKey
        self.sharesRAKey = sharesRAKey
    }

    /// What the ceremony makes of it.
    package var options: HierarchyOptions {
        var options = HierarchyOptions(name: name)
        if let rootKey { options.rootKey = rootKey }
        if let issuingKey { options.issuingKey = issuingKey }
        if let sharesRAKey { options.sharesRAKey = sharesRAKey }
        return options
    }

    /// The key of the first RA; not used where it shares the issuing authority's.
    package var firstRAKey: KeyType { raKey ?? .rsa2048 }

    /// The flags that ask for it, to be told.
    package var flags: String {
        let ra = sharesRAKey == true ? "shared" : raKey?.rawValue
        let given = [
            ("--name", name.map { "'\($0)'" }), ("--root-key", rootKey?.rawValue),
            ("--issuing-key", issuingKey?.rawValue), ("--ra-key", ra),
        ]
        return given.compactMap { flag, value in value.map { "\(flag) \($0)" } }.joined(separator: " ")
    }

    /// Whether nothing that a later call asks for is different.
    func covers(_ later: HierarchyChoice) -> Bool {
        let (begun, asked) = (options, later.options)
        return (later.name == nil || asked.name == begun.name)
            && (later.rootKey == nil || asked.rootKey == begun.rootKey)
            && (later.issuingKey == nil || asked.issuingKey == begun.issuingKey)
            && (later.raKey == nil || later.firstRAKey == firstRAKey)
            && (later.sharesRAKey == nil || asked.sharesRAKey == begun.sharesRAKey)
    }
}

extension DataFolder {
    /// Whether authorities are still to be made here.
    package var awaitsHierarchy: Bool {
        if isInitialized { return isHalfInitialized }
        guard case .notInitialized = absence else { return false }
        return true
    }

    /// What is made in this folder: what was asked for when it was begun, if it was, else what is asked for now.
    ///
    /// - Throws: ``ServerError/begunOtherwise(path:flags:)`` when keys of it are there and now something else is asked
    ///   for.
    package func settled(_ asked: HierarchyChoice) throws(ServerError) -> HierarchyChoice {
        guard awaitsHierarchy, let begun = try begunHierarchy() else { return asked }
        if begun.covers(asked) { return begun }
        guard hasKeys else { return asked }
        throw .begunOtherwise(path: path, flags: begun.flags)
    }

    /// Keeps what is asked for until it is made.
    ///
    /// - Throws: ``ServerError/dataFolder(path:reason:)``.
    package func begin(_ choice: HierarchyChoice) throws(ServerError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        guard let json = try? encoder.encode(choice) else { return }
        try write(String(decoding: json, as: UTF8.self) + "\n", to: hierarchy, isPrivate: false)
    }

    /// Forgets what was asked for: it is made.
    func endBeginning() { try? FileManager.default.removeItem(atPath: hierarchy) }

    private func begunHierarchy() throws(ServerError) -> HierarchyChoice? {
        guard let json = FileManager.default.contents(atPath: hierarchy) else { return nil }
        do {
            return try JSONDecoder().decode(HierarchyChoice.self, from: json)
        } catch {
            throw .dataFolder(path: hierarchy, reason: "it does not tell what was asked for")
        }
    }

    /// Whether keys of authorities were made, after which other ones would be left over.
    private var hasKeys: Bool {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: keys)) ?? []
        return files.contains { $0.hasSuffix(".sealed") }
    }
}
