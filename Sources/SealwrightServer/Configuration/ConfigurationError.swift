// SPDX-License-Identifier: Apache-2.0

/// Why a configuration cannot be used; told before anything listens.
package enum ConfigurationError: Error, Hashable, Sendable {
    /// The file cannot be read or is no YAML.
    case unreadable(path: String, reason: String)
    /// A key nobody knows, with the nearest one that exists.
    case unknownKey(key: String, source: String, suggestion: String?)
    /// A value outside what the key allows.
    case invalidValue(key: String, value: String, allowed: String)

    /// The stable code of this error.
    package var code: String {
        switch self {
        case .unreadable: "configuration.unreadable"
        case .unknownKey: "configuration.unknown-key"
        case .invalidValue: "configuration.invalid-value"
        }
    }
}

extension ConfigurationError: CustomStringConvertible {
    /// One line: what, why, what to do.
    package var description: String {
        switch self {
        case .unreadable(let path, let reason): "cannot read the configuration \(path): \(reason)"
        case .unknownKey(let key, let source, let suggestion?):
            "unknown key '\(key)' in \(source); did you mean '\(suggestion)'?"
        case .unknownKey(let key, let source, nil):
            "unknown key '\(key)' in \(source); 'sealwright config show' lists the keys"
        case .invalidValue(let key, let value, let allowed): "\(key): '\(value)' is not \(allowed)"
        }
    }
}
