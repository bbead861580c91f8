// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// Which events of the audit trail are asked for.
package struct AuditFilter: Sendable, Hashable {
    /// The object, whole.
    package var object: String?
    /// Who did it.
    package var actor: AuditName?
    /// What was done.
    package var action: AuditName?
    /// The first moment.
    package var since: Timestamp?
    /// The moment after the last, so that one span ends where the next begins.
    package var until: Timestamp?

    /// Everything, until the properties say less.
    package init(object: String? = nil) { self.object = object }

    /// Whether an event is asked for.
    package func matches(_ event: AuditEvent) -> Bool {
        (object == nil || object == event.object) && matches(event.at) && action?.matches(event.action) ?? true
            && actor?.matches(event.actor) ?? true
    }

    /// Whether the moment of an event is asked for.
    package func matches(_ moment: Timestamp) -> Bool {
        if let since, moment < since { return false }
        if let until, moment >= until { return false }
        return true
    }
}

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
