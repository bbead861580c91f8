// SPDX-License-Identifier: Apache-2.0

/// An actor or an action: the whole name, or what stands before one of its separators, as `operator` and `certificate`.
package struct AuditName: Sendable, Hashable {
    private let octets: [UInt8]
    private let separator: UInt8

    /// `operator:ada`, or `operator` for all of them.
    package static func actor(_ text: String) -> AuditName {
        AuditName(octets: Array(text.utf8), separator: UInt8(ascii: ":"))
    }

    /// `certificate.issued`, or `certificate` for all that was done to one.
    package static func action(_ text: String) -> AuditName {
        AuditName(octets: Array(text.utf8), separator: UInt8(ascii: "."))
    }

    /// Whether a name is meant, by its UTF-8; the trail is searched where it lies, row by row.
    package func matches(_ name: UnsafeRawBufferPointer) -> Bool {
        guard name.count >= octets.count else { return false }
        for (index, octet) in octets.enumerated() where name[index] != octet { return false }
        return name.count == octets.count || name[octets.count] == separator || octets.last == separator
    }

    /// Whether a name is meant.
    package func matches(_ name: String) -> Bool {
        var name = name
        return name.withUTF8 { matches(UnsafeRawBufferPointer($0)) }
    }
}
