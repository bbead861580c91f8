// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import Yams

/// What a settings file holds, by dotted path, before anybody asks what it means.
struct SettingsFile {
    /// Scalars and lists; the words of a list with commas between them.
    private(set) var values: [String: String] = [:]
    /// Sections, also those with nothing below them: that is how an endpoint of standard settings is named.
    private(set) var sections: Set<String> = []

    /// Octets of a file; one with 1,000 endpoints has half a mebibyte.
    private static let limit = 1 << 20

    /// No file.
    init() {}

    /// Reads a file of YAML.
    init(_ path: String) throws(ConfigurationError) {
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let size = (try? FileManager.default.attributesOfItem(atPath: target))?[.size] as? NSNumber
        guard size?.intValue ?? 0 <= Self.limit else {
            throw .unreadable(path: path, reason: "it has more than \(Self.limit) bytes")
        }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            let reason = access(path, R_OK) == 0 ? "it is not UTF-8 text" : SystemFiles.reason(errno)
            throw .unreadable(path: path, reason: reason)
        }
        do {
            guard let root = try Yams.compose(yaml: text), !Self.isNull(root) else { return }
            guard root.mapping != nil else {
                throw ConfigurationError.unreadable(path: path, reason: "it holds no settings but a list or a text")
            }
            try collect(root, at: [])
        } catch let error as ConfigurationError {
            throw error
        } catch {
            throw .unreadable(path: path, reason: Self.brief(error))
        }
    }

    /// The names directly under a section, such as the SCEP endpoints under `scep`.
    func names(under section: String) -> [String] {
        let depth = section.split(separator: ".").count
        let names = (Array(values.keys) + sections).filter { $0.hasPrefix(section + ".") }
            .compactMap { $0.split(separator: ".").dropFirst(depth).first.map(String.init) }
        return Set(names).sorted()
    }

    /// What a parser complains of, without the piece of the file that it shows.
    static func brief(_ error: any Error) -> String {
        String(String(describing: error).split(separator: "\n").prefix(2).joined(separator: " ").prefix(200))
    }

    /// Nothing behind a colon: a section whose lines are all commented out, or a setting that is left as it is.
    private static func isNull(_ node: Node) -> Bool {
        guard let scalar = node.scalar, scalar.style == .plain else { return false }
        return ["", "~", "null"].contains(scalar.string.lowercased())
    }

    /// A value that has another shape than what its name stands for; `nil` where the name stands for nothing.
    private static func misshapen(_ key: String, _ text: String) -> ConfigurationError? {
        if let setting = ConfigurationKey.named(key) {
            return .invalidValue(key: key, value: text, allowed: setting.allowed)
        }
        guard ConfigurationKey.hasSection(key) else { return nil }
        return .invalidValue(key: key, value: text, allowed: "a section, whose settings stand below it, one a line")
    }

    private mutating func collect(_ node: Node, at path: [String]) throws(ConfigurationError) {
        guard path.count < 8 else {
            throw .unreadable(path: path.joined(separator: "."), reason: "nested too deeply")
        }
        let key = path.joined(separator: ".")
        let setting = ConfigurationKey.named(key)
        let isSetting = setting != nil
        switch node {
        case .mapping(let mapping):
            if mapping.isEmpty, isSetting, let error = Self.misshapen(key, "{}") { throw error }
            if !path.isEmpty, !isSetting { sections.insert(key) }
            for (name, value) in mapping { try collect(value, at: path + [Self.name(name, below: key)]) }
        case .sequence(let items):
            let words = items.compactMap(\.string)
            let takesList = setting?.kind == .list
            let text = words.joined(separator: ",")
            if !takesList || words.count != items.count, let error = Self.misshapen(key, "[\(text)]") { throw error }
            values[key] = text
        case .scalar(let scalar):
            if Self.isNull(node) {
                if !isSetting { sections.insert(key) }
                return
            }
            if !isSetting, let error = Self.misshapen(key, scalar.string) { throw error }
            values[key] = scalar.string
        case .alias: break
        }
    }

    private static func name(_ node: Node, below section: String) throws(ConfigurationError) -> String {
        guard let name = node.string, !name.isEmpty else {
            throw .unreadable(path: section, reason: "a name in it is no text, or empty")
        }
        return name
    }
}
