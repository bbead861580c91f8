// SPDX-License-Identifier: Apache-2.0

import OMADM

/// The SCEP nodes of the CertificateStore provider, from before ClientCertificateInstall: other names for its nodes.
///
/// An installation made here is the one of the same UniqueID there. Names are spelt as published.
///
/// Source: Microsoft, CertificateStore CSP, MY/SCEP.
struct LegacySCEPNodes: ConfigurationServiceProvider {
    static let root = CertificateStoreNodes.root + ["MY", "SCEP"]

    /// Names that ClientCertificateInstall spells otherwise.
    private static let names = [
        "HashAlgrithm": "HashAlgorithm", "CAThumbPrint": "CAThumbprint", "ValidPeriodUnit": "ValidPeriodUnits",
        "CertThumbPrint": "CertThumbprint",
    ]

    let definitions: [NodeDefinition]

    init() {
        let root = Self.root.joined(separator: "/")
        func node(
            _ path: String, _ format: MetaFormat, _ access: NodeDefinition.Access,
            _ occurrence: NodeDefinition.Occurrence = .one, isPermanent: Bool = false, isSecret: Bool = false
        ) -> NodeDefinition {
            NodeDefinition(
                root + path, format, access, occurrence, isPermanent: isPermanent, isSecret: isSecret,
                sinceBuild: "10.0.10240", scopes: .device)
        }
        let texts = [
            "ServerURL", "Challenge", "EKUMapping", "SubjectName", "TemplateName", "KeyLength", "HashAlgrithm",
            "CAThumbPrint", "SubjectAlternativeNames", "ValidPeriodUnit",
        ].map { node("/{UniqueID}/Install/\($0)", .chr, [.add, .get], .zeroOrOne, isSecret: $0 == "Challenge") }
        let numbers = ["KeyUsage", "KeyProtection", "RetryDelay", "RetryCount"].map {
            node("/{UniqueID}/Install/\($0)", .int, [.add, .get], .zeroOrOne)
        }
        definitions =
            [
                node("", .node, .get, isPermanent: true),
                node("/{UniqueID}", .node, [.add, .delete, .get], .zeroOrMore),
                node("/{UniqueID}/Install", .node, .get),
            ] + texts + numbers + [
                node("/{UniqueID}/Install/ValidPeriod", .chr, .get, .zeroOrOne),
                node("/{UniqueID}/Install/Enroll", .null, .exec),
                node("/{UniqueID}/CertThumbPrint", .chr, .get, .zeroOrOne),
                node("/{UniqueID}/Status", .int, .get), node("/{UniqueID}/ErrorCode", .int, .get, .zeroOrOne),
            ]
    }

    /// The node of ClientCertificateInstall that is meant.
    private func target(_ place: Place, _ engine: TreeEngine) -> Place? {
        let below = place.match.segments.dropFirst(Self.root.count)
        let isLeaf = !place.definition.isNameChosen
        let names = below.enumerated().map { index, name in
            isLeaf && index == below.count - 1 ? Self.names[name] ?? name : name
        }
        return engine.place(ClientCertificateInstall.root + ["SCEP"] + names, near: place)
    }

    private func required(_ place: Place, _ engine: TreeEngine) throws(CommandFailure) -> Place {
        guard let target = target(place, engine) else { throw CommandFailure(.notFound, "\(place.uri): no such node") }
        return target
    }

    func names(below place: Place, _ engine: TreeEngine, _ draft: AgentDraft) -> [String] {
        target(place, engine).map { engine.provider(of: $0).names(below: $0, engine, draft) } ?? []
    }

    func isThere(_ place: Place, _ engine: TreeEngine, _ draft: AgentDraft) -> Bool {
        target(place, engine).map { engine.exists($0, draft) } ?? false
    }

    func value(_ place: Place, _ engine: TreeEngine, _ draft: AgentDraft) -> String? {
        target(place, engine).flatMap { engine.value($0, draft) }
    }

    func write(
        _ place: Place, _ value: String?, _ engine: TreeEngine, _ draft: inout AgentDraft
    ) throws(CommandFailure) {
        let target = try required(place, engine)
        var text: String?
        if let value { text = try NodeValue.canonical(.text(value), declared: nil, for: target.definition) }
        try engine.provider(of: target).write(target, text, engine, &draft)
    }

    func delete(_ place: Place, _ engine: TreeEngine, _ draft: inout AgentDraft) throws(CommandFailure) {
        let target = try required(place, engine)
        try engine.provider(of: target).delete(target, engine, &draft)
    }

    func exec(
        _ place: Place, _ data: String?, isLast: Bool, _ engine: TreeEngine, _ draft: inout AgentDraft
    ) throws(CommandFailure) {
        let target = try required(place, engine)
        try engine.provider(of: target).exec(target, data, isLast: isLast, engine, &draft)
    }
}
