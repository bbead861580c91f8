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

    /// Whether events have to be looked into, because more than their object is asked for.
    package var looksIntoEvents: Bool { actor != nil || action != nil || since != nil || until != nil }

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
