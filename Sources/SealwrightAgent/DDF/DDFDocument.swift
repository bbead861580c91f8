// SPDX-License-Identifier: Apache-2.0

public import OMADM

/// The whole tree of the agent as a device description: every node with format, access, occurrence and values.
///
/// ```
/// MgmtTree:     VerDTD, MSFT:Diagnostics, Node+
/// Node:         NodeName, Path?, DFProperties, Node*
/// DFProperties: AccessType, DefaultValue?, Description?, DFFormat, Occurrence, Scope, DFTitle?, DFType,
///               MSFT:Applicability, MSFT:DynamicNodeNaming?, MSFT:AllowedValues?, MSFT:DependencyBehavior?,
///               MSFT:AtomicRequired?
/// ```
/// The same agent always gives the same octets.
///
/// Source: OMA Device Management Device Description Framework 1.2, section 7; Microsoft, "Configuration service provider
/// DDF files", DDF v2 schema.
public struct DDFDocument: Sendable {
    /// The namespace of Microsoft's elements.
    public static let namespace = "http://schemas.microsoft.com/MobileDevice/DM"
    /// The namespace that the schema of DDF v2 gives to all other elements.
    public static let schemaNamespace = "http://tempuri.org/DM_DDF-V1_2"

    /// The root element.
    public let root: MarkupElement

    /// Describes the tree of this agent.
    ///
    /// - Parameter isQualified: whether elements stand in ``schemaNamespace``, as the schema demands; Microsoft's own
    ///   files leave them without.
    public init(isQualified: Bool = true) {
        self.init(NodeCatalog(NodeCatalog.agentProviders), isQualified: isQualified)
    }

    init(_ catalog: NodeCatalog, isQualified: Bool) {
        let nodes = TreeScope.allCases.flatMap { scope in
            catalog.roots(in: scope).map { Self.node($0, catalog, scope, isTop: true) }
        }
        let tree = MarkupElement(
            "MgmtTree", children: [MarkupElement("VerDTD", text: "1.2"), Self.own("Diagnostics")] + nodes)
        root = isQualified ? Self.qualified(tree) : tree
    }

    /// The element with all inside it in the schema's namespace, but for Microsoft's; as deep as the definitions.
    private static func qualified(_ element: MarkupElement) -> MarkupElement {
        var element = element
        if element.namespace.isEmpty { element.namespace = schemaNamespace }
        element.content = element.content.map { part in
            guard case .element(let child) = part else { return part }
            return .element(qualified(child))
        }
        return element
    }

    /// The document in UTF-8.
    ///
    /// - Throws: ``OMADMError/unwritable(_:reason:)`` never for the nodes of this agent.
    public func serialize() throws(OMADMError) -> [UInt8] {
        try root.serialize(prefixes: [(namespace: Self.namespace, prefix: "MSFT")], declaration: true)
    }

    /// A node with those below it; nodes that take no command at all are left out.
    ///
    /// The depth is that of the definitions, which no peer chooses.
    private static func node(
        _ definition: NodeDefinition, _ catalog: NodeCatalog, _ scope: TreeScope, isTop: Bool
    ) -> MarkupElement {
        var parts = [MarkupElement("NodeName", text: definition.isNameChosen ? "" : definition.name)]
        if isTop {
            let above = LocURI(in: scope, segments: Array(definition.path.dropLast()))
            parts.append(MarkupElement("Path", text: "\(above)"))
        }
        parts.append(properties(definition, scope))
        parts += catalog.children(of: definition, in: scope).filter { !$0.access.isEmpty }.map {
            node($0, catalog, scope, isTop: false)
        }
        return MarkupElement("Node", children: parts)
    }

    private static func properties(_ definition: NodeDefinition, _ scope: TreeScope) -> MarkupElement {
        var parts = [MarkupElement("AccessType", children: definition.access.names.map { MarkupElement($0) })]
        if let value = definition.defaultValue { parts.append(MarkupElement("DefaultValue", text: value)) }
        parts += [
            MarkupElement("DFFormat", children: [MarkupElement(definition.format.rawValue)]),
            MarkupElement("Occurrence", children: [MarkupElement(definition.occurrence.rawValue)]),
            MarkupElement("Scope", children: [MarkupElement(definition.isPermanent ? "Permanent" : "Dynamic")]),
        ]
        if definition.isNameChosen {
            parts.append(MarkupElement("DFTitle", text: String(definition.name.dropFirst().dropLast())))
        }
        let type = definition.mime.map { MarkupElement("MIME", text: $0) } ?? MarkupElement("DDFName")
        parts.append(MarkupElement("DFType", children: [type]))
        parts.append(
            own("Applicability", [own("OsBuildVersion", text: definition.sinceBuild), own("CspVersion", text: "1.0")]))
        if definition.isNameChosen { parts.append(naming(definition)) }
        if let values = definition.rule.allowedValues { parts.append(values) }
        if let dependency = definition.dependency {
            parts.append(behavior(dependency, of: definition, scope))
        }
        if definition.isAtomicRequired { parts.append(own("AtomicRequired")) }
        return MarkupElement("DFProperties", children: parts)
    }

    /// A name that the server may add is its own choice; any other comes from the device.
    private static func naming(_ definition: NodeDefinition) -> MarkupElement {
        let isServers = definition.access.contains(.add)
        return own("DynamicNodeNaming", [own(isServers ? "ServerGeneratedUniqueIdentifier" : "ClientInventory")])
    }

    private static func behavior(
        _ dependency: NodeDefinition.Dependency, of definition: NodeDefinition, _ scope: TreeScope
    ) -> MarkupElement {
        let path = definition.path.dropLast() + [dependency.node]
        // Microsoft's files write `[UniqueID]`; in a URI, which the schema wants, brackets are escaped.
        let uri = ([scope.rawValue] + path).joined(separator: "/")
            .replacing(NodeDefinition.uniqueID, with: "%5BUniqueID%5D")
        let allowed = MarkupElement(
            "DependencyAllowedValue", namespace: namespace, attributes: [MarkupAttribute("ValueType", "ENUM")],
            children: dependency.allowed.map { own("Enum", [own("Value", text: $0)]) })
        let item = MarkupElement(
            "Dependency", namespace: namespace, attributes: [MarkupAttribute("Type", "DependsOn")],
            children: [own("DependencyUri", text: uri), allowed])
        let group = MarkupElement(
            "DependencyGroup", namespace: namespace,
            attributes: [MarkupAttribute("FriendlyId", dependency.node + "Dependency")], children: [item])
        return own("DependencyBehavior", [group])
    }

    /// An element of Microsoft's namespace.
    static func own(_ name: String, _ children: [MarkupElement] = []) -> MarkupElement {
        MarkupElement(name, namespace: namespace, children: children)
    }

    /// An element of Microsoft's namespace that holds text.
    static func own(_ name: String, text: String) -> MarkupElement {
        MarkupElement(name, namespace: namespace, text: text)
    }
}
