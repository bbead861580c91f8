// SPDX-License-Identifier: Apache-2.0

/// The name of a header block.
public struct SOAPHeaderName: Hashable, Sendable {
    /// The namespace; every block has to have one.
    public let namespace: String
    /// The local name.
    public let name: String

    /// Makes a name.
    public init(_ name: String, namespace: String) {
        self.namespace = namespace
        self.name = name
    }
}

extension SOAPHeaderName {
    /// The blocks that enrolment reads: WS-Addressing, WS-Security, and the activity in the sender's log.
    private static let understood: Set<SOAPHeaderName> = {
        let addressing = ["Action", "MessageID", "RelatesTo", "ReplyTo", "FaultTo", "From", "To"]
            .map { SOAPHeaderName($0, namespace: SOAPNamespace.addressing) }
        return Set(addressing).union([
            SOAPHeaderName("Security", namespace: SOAPNamespace.security),
            SOAPHeaderName("ActivityId", namespace: SOAPNamespace.diagnostics),
        ])
    }()

    /// The blocks of a header that this node has to understand and does not know.
    ///
    /// A message with one must not be processed. Blocks for other nodes than the last one are none of its business.
    ///
    /// Source: SOAP 1.2 Part 1, sections 2.2, 5.2.2 and 5.2.3.
    static func notUnderstood(in header: MarkupElement) -> [SOAPHeaderName] {
        header.children.filter { $0.isMandatoryForUltimateReceiver }
            .map { SOAPHeaderName($0.name, namespace: $0.namespace) }
            .filter { !understood.contains($0) }
    }
}

extension SOAPHeaderName {
    /// Whether a fault repeats the name: what is longer is no name of anything.
    var isShort: Bool { namespace.utf8.count <= MDELimits.text && name.utf8.count <= MDELimits.text }
}

extension MarkupElement {
    fileprivate var isMandatoryForUltimateReceiver: Bool {
        func value(_ name: String) -> String? {
            attribute(name, namespace: SOAPNamespace.envelope).map(MarkupElement.trimmed)
        }
        let roles = ["", SOAPNamespace.envelope + "/role/ultimateReceiver", SOAPNamespace.envelope + "/role/next"]
        return ["1", "true"].contains(value("mustUnderstand") ?? "") && roles.contains(value("role") ?? "")
    }
}

extension SOAPHeaderName: CustomStringConvertible {
    /// The local name and the namespace, both of bounded length.
    public var description: String { "\(name.prefix(64)) (namespace '\(namespace.prefix(128))')" }
}
