// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a device told of itself, by LocURI, and the form in which that is kept: a JSON object.
///
/// Devices tell the same in each session, so that the object is written anew only when something has changed.
struct OMADMDeviceFacts: Sendable {
    private var values: [String: String]
    private var written: [UInt8]?

    /// Nothing is known.
    init() { values = [:] }

    /// Reads what was kept; what cannot be read is forgotten, since the device tells it again.
    init(reading octets: [UInt8]) {
        let known = try? JSONDecoder().decode([String: String].self, from: Data(octets))
        values = known ?? [:]
        written = known == nil ? nil : octets
    }

    /// Notes a fact; a device that tells a novel is not believed to have meant it.
    mutating func note(_ value: String, of node: String) {
        guard values[node] != value, value.utf8.count <= Self.octetLimit else { return }
        guard values[node] != nil || values.count < Self.countLimit else { return }
        values[node] = value
        written = nil
    }

    /// The JSON object, its names sorted.
    mutating func serialize() -> [UInt8] {
        if let written { return written }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let octets = Array((try? encoder.encode(values)) ?? Data("{}".utf8))
        written = octets
        return octets
    }

    private static let octetLimit = 1024
    private static let countLimit = 256
}
