// SPDX-License-Identifier: Apache-2.0

/// A setting as it counts, and where that comes from; secrets are in files, of which the paths are told.
package struct SettingDocument: Codable, Sendable, Hashable {
    package let key: String
    /// `nil` when nothing is set and there is no default.
    package let value: String?
    /// `flag`, `environment, VARIABLE`, `file, PATH`, `default`, `not set`, `as it was set last`, or the setting that
    /// cuts this one.
    package let origin: String
    package let meaning: String
}

extension Settings {
    /// Every setting there is; names that were set when the server ran before count when none are set now.
    ///
    /// - Parameters:
    ///   - knownHosts: those names.
    ///   - isLifeCut: whether the longest life of a certificate is shorter than the default one, so that it counts.
    /// - Returns: the settings in the order of the table.
    package func documents(knownHosts: [String] = [], isLifeCut: Bool = false) -> [SettingDocument] {
        all().map { item in
            if isLifeCut, item.key == "certificate.validity" {
                return SettingDocument(
                    key: item.key, value: text("certificate.maximum-validity"),
                    origin: "certificate.maximum-validity, less than the default", meaning: item.summary)
            }
            if item.key == "server.hosts", item.value == nil, !knownHosts.isEmpty {
                return SettingDocument(
                    key: item.key, value: knownHosts.joined(separator: ","), origin: "as it was set last",
                    meaning: item.summary)
            }
            return SettingDocument(
                key: item.key, value: item.value, origin: item.value == nil ? "not set" : Self.words(item.origin),
                meaning: item.summary)
        }
    }

    private static func words(_ origin: Origin) -> String {
        switch origin {
        case .flag: "flag"
        case .environment(let variable): "environment, \(variable)"
        case .file(let path): "file, \(path)"
        case .standard: "default"
        }
    }
}
