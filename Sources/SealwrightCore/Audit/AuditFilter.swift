// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// Which events of the audit trail are asked for.
package struct AuditFilter: Sendable, Hashable {
    /// The object, whole.
    package var object: String?
    /// Who did it: the whole name, or what stands before one of its colons, as `operator` or `scep`.
    package var actor: String?
    /// What was done: the whole name, or what stands before one of its dots, as `certificate`.
    package var action: String?
    /// The first moment.
    package var since: Timestamp?
    /// The moment after the last, so that one span ends where the next begins.
    package var until: Timestamp?

    /// Everything, until the properties say less.
    package init(object: String? = nil) { self.object = object }

    /// Whether an event is asked for.
    package func matches(_ event: AuditEvent) -> Bool {
        (object == nil || object == event.object) && matches(event.at) && matchesAction(event.action.utf8)
            && matchesActor(event.actor.utf8)
    }

    /// Whether the moment of an event is asked for.
    package func matches(_ moment: Timestamp) -> Bool {
        since.map { $0 <= moment } ?? true && until.map { moment < $0 } ?? true
    }

    /// Whether an action is asked for, by its UTF-8.
    package func matchesAction(_ octets: some Collection<UInt8>) -> Bool {
        Self.names(action, octets, separator: UInt8(ascii: "."))
    }

    /// Whether an actor is asked for, by its UTF-8.
    package func matchesActor(_ octets: some Collection<UInt8>) -> Bool {
        Self.names(actor, octets, separator: UInt8(ascii: ":"))
    }

    private static func names(_ wanted: String?, _ octets: some Collection<UInt8>, separator: UInt8) -> Bool {
        guard let wanted = wanted?.utf8 else { return true }
        guard octets.starts(with: wanted) else { return false }
        let next = octets.dropFirst(wanted.count).first
        return next == nil || next == separator || wanted.last == separator
    }
}
