// SPDX-License-Identifier: Apache-2.0

package import Configuration
import Foundation
import PKIFormats
import SealwrightCore
import SystemPackage

/// The values of all settings: flags before environment before file before default.
///
/// Keys are checked against ``ConfigurationKey/all`` before anything is read, because configuration providers cannot
/// list what they hold, and a misspelt key that is silently ignored is the worst kind of setting.
package struct Settings: Sendable {
    /// Where a value came from.
    package enum Origin: Sendable, Hashable {
        case flag
        case environment(variable: String)
        case file(path: String)
        case standard
    }

    private let reader: ConfigReader
    private let flags: [String: ConfigContent]
    private let content: SettingsFile
    private let filePath: String?
    private let environment: [String: String]

    /// Reads the file, if there is one, and checks every key in it and in the environment.
    ///
    /// - Throws: ``ConfigurationError``.
    package init(
        flags: [String: ConfigContent], file: String?, environment: [String: String]
    ) async throws(ConfigurationError) {
        self.flags = flags
        self.environment = environment.filter { $0.key.hasPrefix("SEALWRIGHT_") }
        filePath = file
        content = try file.map { path throws(ConfigurationError) in try SettingsFile(path) } ?? SettingsFile()
        for section in content.sections.sorted() { try Self.checkKnown(section: section, source: file ?? "") }
        for key in content.values.keys.sorted() { try Self.checkKnown(key, source: file ?? "") }
        let endpoints = Set(content.names(under: "scep") + ["default"])
        for name in self.environment.keys.sorted() { try Self.checkKnown(variable: name, endpoints: endpoints) }
        var providers: [any ConfigProvider] = [
            InMemoryProvider(
                name: "flags",
                values: Dictionary(
                    uniqueKeysWithValues: flags.map { (Self.absolute($0.key), ConfigValue($0.value, isSecret: false)) })
            ),
            EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "sealwright"),
        ]
        // The provider refuses a file without a mapping, such as one whose every line is commented out.
        if let file, !content.values.isEmpty {
            do {
                providers.append(try await FileProvider<YAMLSnapshot>(filePath: FilePath(file)))
            } catch {
                throw .unreadable(path: file, reason: SettingsFile.brief(error))
            }
        }
        reader = ConfigReader(providers: providers)
    }

    /// The names directly under a section, such as the SCEP endpoints under `scep`.
    ///
    /// The file is the only place that adds names; one with nothing below it counts too.
    package func names(under section: String) -> [String] { content.names(under: section) }

    /// Text, or the default of the key.
    package func text(_ key: String) -> String? {
        raw(key) ?? standard(key)
    }

    /// Text that was set somewhere, without the default.
    package func explicitText(_ key: String) -> String? { raw(key) }

    /// A whole number inside the key's range.
    ///
    /// - Throws: ``ConfigurationError/invalidValue(key:value:allowed:)``.
    package func integer(_ key: String) throws(ConfigurationError) -> Int? {
        guard let text = raw(key) ?? standard(key) else { return nil }
        guard let value = Int(text), case .integer(let range)? = definition(key)?.kind, range.contains(value) else {
            throw invalid(key, text)
        }
        return value
    }

    /// A truth value.
    ///
    /// - Throws: ``ConfigurationError/invalidValue(key:value:allowed:)``.
    package func boolean(_ key: String) throws(ConfigurationError) -> Bool? {
        guard let text = raw(key) ?? standard(key) else { return nil }
        switch text.lowercased() {
        case "true", "yes", "on", "1": return true
        case "false", "no", "off", "0": return false
        default: throw invalid(key, text)
        }
    }

    /// One of the words the key allows.
    ///
    /// - Throws: ``ConfigurationError/invalidValue(key:value:allowed:)``.
    package func word(_ key: String) throws(ConfigurationError) -> String? {
        guard let text = raw(key) ?? standard(key) else { return nil }
        guard case .oneOf(let words)? = definition(key)?.kind, words.contains(text) else { throw invalid(key, text) }
        return text
    }

    /// A list of words.
    package func list(_ key: String) -> [String] {
        if let values = reader.stringArray(forKey: ConfigKey(key)) { return values }
        return raw(key)?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } ?? []
    }

    /// A duration in seconds.
    ///
    /// - Throws: ``ConfigurationError/invalidValue(key:value:allowed:)``.
    package func seconds(_ key: String) throws(ConfigurationError) -> Int64? {
        guard let text = raw(key) ?? standard(key) else { return nil }
        guard let seconds = Duration.seconds(of: text) else { throw invalid(key, text) }
        return seconds
    }

    /// The error for a value the key does not allow.
    package func invalid(_ key: String, _ value: String) -> ConfigurationError {
        .invalidValue(key: key, value: value, allowed: definition(key)?.allowed ?? "allowed here")
    }

    /// Every key with its value, `nil` when it has none, and where that came from, for `config show --origin`.
    package func all() -> [(key: String, value: String?, origin: Origin, summary: String)] {
        let endpoints = Set(names(under: "scep") + ["default"]).sorted()
        return ConfigurationKey.all.flatMap { definition in
            definition.path.contains("*")
                ? endpoints.map { definition.path.replacing("*", with: $0) } : [definition.path]
        }.map { key in (key, raw(key) ?? standard(key), origin(of: key), definition(key)?.summary ?? "") }
    }

    private func origin(of key: String) -> Origin {
        let variable = Self.variable(key)
        if flags[key] != nil { return .flag }
        if environment[variable] != nil { return .environment(variable: variable) }
        if content.values[key] != nil, let filePath { return .file(path: filePath) }
        return .standard
    }

    private func raw(_ key: String) -> String? {
        if let flag = flags[key] { return Self.text(of: flag) }
        return environment[Self.variable(key)] ?? content.values[key]
    }

    private func definition(_ key: String) -> ConfigurationKey? { ConfigurationKey.named(key) }

    private func standard(_ key: String) -> String? {
        definition(key).flatMap { $0.defaultText.isEmpty ? nil : $0.defaultText }
    }

    private static func variable(_ key: String) -> String {
        "SEALWRIGHT_" + key.uppercased().map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()
    }

    private static func absolute(_ key: String) -> AbsoluteConfigKey {
        AbsoluteConfigKey(key.split(separator: ".").map(String.init))
    }

    private static func text(of content: ConfigContent) -> String {
        switch content {
        case .string(let text): text
        case .int(let number): String(number)
        case .bool(let value): String(value)
        case .stringArray(let words): words.joined(separator: ",")
        default: ""
        }
    }
}

// MARK: - Keys in the file

extension Settings {
    /// A variable is known when it is a setting's name, with an endpoint's name where the setting has one.
    ///
    /// Endpoints are named in the file only, so a variable of another one would do nothing.
    private static func checkKnown(variable name: String, endpoints: Set<String>) throws(ConfigurationError) {
        let paths = ConfigurationKey.all.flatMap { key in
            key.path.contains("*") ? endpoints.sorted().map { key.path.replacing("*", with: $0) } : [key.path]
        }
        let known = paths.map { variable($0) }
        guard !known.contains(name) else { return }
        throw .unknownKey(key: name, source: "the environment", suggestion: nearest(to: name, among: known))
    }

    private static func checkKnown(_ key: String, source: String) throws(ConfigurationError) {
        guard ConfigurationKey.named(key) == nil else { return }
        let suggestion = nearest(to: key, among: ConfigurationKey.all.map { $0.path(named: key) })
        throw .unknownKey(key: key, source: source, suggestion: suggestion)
    }

    /// A name with nothing behind it is known when settings stand below it.
    ///
    /// Such names are short, so the nearest one counts as meant only when most of its letters are right.
    private static func checkKnown(section: String, source: String) throws(ConfigurationError) {
        guard !ConfigurationKey.hasSection(section) else { return }
        let depth = section.split(separator: ".").count
        let known = ConfigurationKey.all.map { $0.path(named: section).split(separator: ".") }
            .filter { $0.count >= depth }.map { $0.prefix(depth).joined(separator: ".") }
        let letters = section.split(separator: ".").last?.count ?? 0
        let suggestion = EditDistance.nearest(to: section, among: known, within: min(6, max(1, letters / 2)))
        throw .unknownKey(key: section, source: source, suggestion: suggestion)
    }

    /// What was probably meant; `nil` when nothing is near enough to be told.
    private static func nearest(to name: String, among known: [String]) -> String? {
        EditDistance.nearest(to: name, among: known, within: 6)
    }
}
